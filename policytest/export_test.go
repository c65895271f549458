package policytest

// MatrixDiff fails with what differs between two matrices.
func MatrixDiff(t TB, before, after string) {
	if before != after {
		t.Errorf("%s", changes(before, after))
	}
}
