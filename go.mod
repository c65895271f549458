module github.com/deskpolicy/deskpolicy

go 1.24.0

// The least that works, for our importers get no less. Needed by tests and policytest only.
require (
	github.com/google/go-cmp v0.5.8 // up to v0.5.7 it requires golang.org/x/xerrors
	github.com/stretchr/testify v1.7.2 // v1.7.1 requires a yaml.v3 with CVE-2022-28948; so does what v1.7.3 to v1.8.2 require
	pgregory.net/rapid v1.1.0 // v0.6.1 has no T.Repeat
)

require (
	github.com/davecgh/go-spew v1.1.0 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
