package policytest

// MatrixDiff fails the test with the differences between two matrices.
func MatrixDiff(t TB, before, after string) {
	if before != after {
		t.Errorf("%s", changes(before, after))
	}
}
