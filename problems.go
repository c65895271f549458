package deskpolicy

import "errors"

// problems are the errors that are wrong with something: the first thousand. To
// join them one by one would take the square of their number to read.
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

// full reports whether there is no need to look for more.
func (p *problems) full() bool { return len(*p) == maxProblems }

// err returns the problems as one error, nil if there are none.
func (p *problems) err() error {
	if p.full() {
		return errors.Join(append(*p, errors.New("deskpolicy: there may be more problems than these"))...)
	}
	return errors.Join(*p...)
}
