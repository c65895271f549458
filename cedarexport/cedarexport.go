// Package cedarexport writes the policy as Cedar: policies, a schema and, for a
// question, the entities and the request, for organisations that decide by Cedar
// or Amazon Verified Permissions.
//
//	exporter, err := cedarexport.New(nil, roles...)
//	policies := exporter.Policies() // Cedar's own syntax
//	schema := exporter.Schema()     // JSON
//	questions, err := exporter.Questions(agent, deskpolicy.TicketReply.ID(), ticket)
//
// A Cedar engine that answers allow to each of the questions decides as
// [deskpolicy.Authorize] does. Most questions are one; an act on two things asks
// about each: merging about both tickets, assigning also whether the one who is
// to have the ticket could take it.
//
// # What is written how
//
// A role is a few permits, one for each ground on which it reaches things of one
// kind: all, group, assigned, mentioned, contact. Who holds roles is a member of
// them, and where they are held is data: "roles" is a set of role and workspace,
// "ticketRoles" the same for tickets, by the ticket scope that a binding has at
// least. The workspace "*" stands for what is outside of workspaces.
//
// A guardrail is a forbid, and so is everything else that denies whatever the
// roles say: another account, a subject that is not live, what the plan lacks,
// what is not one's own. Each has the reason as an annotation, and the numbers
// of the documents that it comes from. They are in the order of the steps: of
// several that hold, the first has the reason that Authorize gives.
//
// Time is a number in the context, in nanoseconds since 1970, and so are the
// start, the end and the revocation of a grant.
//
// # What is worked out beforehand
//
// Cedar has no loops, so that whether one authority covers another can only be
// asked of sets. The entities of people have these sets as "authority": what
// their bindings come to, action by action and workspace by workspace, apart for
// what reaches everything, their groups, and what is theirs. It is of each person
// by themselves, and only there for an action that compares; which sets have
// to cover which is in the policies. "gives" is the same of what somebody is to
// be given. Workspaces that are open are those of the principal's account.
//
// The rest is plain: a set of groups, contacts or team members for viewing has
// those for editing in it, and "ticketRoles" of a scope those of wider ones. Of
// territories in a circle, which Cedar does not allow, the first stands for all.
//
// # What is refused
//
// What cannot be carried over is an error and never left out:
//
//   - a request that Authorize finds malformed (step 1): [ErrMalformed]
//   - text that is not UTF-8
//   - a custom role that is not among the exported ones, or differs from the one of its name
//   - a host's action that the vocabulary does not name
//   - a host's resource type that embeds one of the library's
//   - two records of one person or grant in one question, as Cedar has one entity of each ID
//
// What is not part of an answer in Cedar: the role and the scope that decided,
// until when a decision holds, why nobody's role was enough, and with it the
// difference between things that do not exist and things that are hidden.
//
// An Exporter is immutable, and may be used by any number of goroutines.
package cedarexport

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/deskpolicy/deskpolicy"
)

// Namespace is the Cedar namespace of all types and actions.
const Namespace = "Desk"

var (
	// ErrMalformed is the error of a question that Authorize denies at its first step.
	ErrMalformed = errors.New("malformed request")
	// ErrNotCarried is the error of what Cedar cannot say.
	ErrNotCarried = errors.New("cannot be carried over to Cedar")
)

// An Exporter writes the policy with the built-in roles and an organisation's
// own. [New] makes one; the zero Exporter is not for use.
type Exporter struct {
	vocabulary *deskpolicy.Vocabulary
	roles      []deskpolicy.Role          // the built-in ones and the organisation's, in order
	custom     map[string]deskpolicy.Role // by key
	hosts      []deskpolicy.ActionID      // what the vocabulary names
	unnamed    []hostRange                // the ranges with numbers that it does not
	literals   map[deskpolicy.ActionID]expr
}

// New returns an exporter for the built-in roles, the custom roles given, and the
// actions of a host's that the vocabulary names; nil names none. The order of the
// roles is no matter.
//
// It reports every role that cannot be carried over: the zero Role, two roles of
// one name, text that is not UTF-8, and what holds an action without a name.
func New(vocabulary *deskpolicy.Vocabulary, roles ...deskpolicy.Role) (*Exporter, error) {
	e := &Exporter{vocabulary: vocabulary, custom: make(map[string]deskpolicy.Role)}
	e.roles = slices.Collect(deskpolicy.Account{ID: "any", Integrated: true}.BuiltInRoles())
	e.nameHosts()
	var wrong []error
	custom := make(map[deskpolicy.AccountID][]deskpolicy.Role)
	for _, role := range roles {
		if !role.BuiltIn() {
			custom[role.Account()] = append(custom[role.Account()], role)
			wrong = append(wrong, e.add(role))
		}
	}
	for _, account := range slices.Sorted(maps.Keys(custom)) {
		if _, err := deskpolicy.NewRoleSet(account, custom[account]...); err != nil && account != "" {
			wrong = append(wrong, err)
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	slices.SortFunc(e.roles[len(e.roles)-len(e.custom):], compareRoles)
	return e, nil
}

// add adds a custom role.
func (e *Exporter) add(role deskpolicy.Role) error {
	switch {
	case role.Name() == "":
		return notCarried("the zero Role")
	case !utf8.ValidString(string(role.Account())):
		return notCarried("role %q: its account %q is not UTF-8", role, role.Account())
	}
	for p := range role.Permissions().All() {
		if p.Action.IsHost() && !e.names(p.Action) {
			return notCarried("role %q: %v has no name in the vocabulary", role, p.Action)
		}
	}
	e.custom[roleKey(role)] = role
	e.roles = append(e.roles, role)
	return nil
}

// known reports a role that policies do not speak of as it is.
func (e *Exporter) known(role deskpolicy.Role) error {
	if role.Name() == "" || role.BuiltIn() || e.custom[roleKey(role)].Equal(role) {
		return nil
	}
	return notCarried("role %q of account %q is not among the exported ones, or differs from them", role, role.Account())
}

func compareRoles(a, b deskpolicy.Role) int {
	return slices.Compare([]string{string(a.Account()), a.Name()}, []string{string(b.Account()), b.Name()})
}

func notCarried(format string, args ...any) error {
	return fmt.Errorf("cedarexport: "+format+": %w", append(args, ErrNotCarried)...)
}

func malformed(what string) error { return fmt.Errorf("cedarexport: %s: %w", what, ErrMalformed) }
