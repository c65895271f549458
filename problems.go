package deskpolicy

import "errors"

// problems is a list of at most maxProblems errors. Joining the errors one at a time
// would make printing them take quadratic time.
type problems []error

const maxProblems = 1000

// add adds the errors that are not nil.
func (p *problems) add(errs ...error) {
	for _, err := range errs {
		if err != nil && len(*p) < maxProblems {
			*p = append(*p, err)
		}
	}
}

// full reports whether the list has maxProblems errors.
func (p *problems) full() bool { return len(*p) == maxProblems }

// err returns the problems as one error, or nil if the list is empty.
func (p *problems) err() error {
	if p.full() {
		return errors.Join(append(*p, errors.New("deskpolicy: there may be more problems than these"))...)
	}
	return errors.Join(*p...)
}
