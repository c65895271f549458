// Package cedarexport writes the policy as Cedar: policies, a schema and, for each question, the
// entities and the request. It is for organisations that decide with Cedar or Amazon Verified
// Permissions.
//
//	exporter, err := cedarexport.New(nil, roles...)
//	policies := exporter.Policies() // Cedar's own syntax
//	schema := exporter.Schema()     // JSON
//	questions, err := exporter.Questions(agent, deskpolicy.TicketReply.ID(), ticket)
//
// If a Cedar engine answers allow to each of the questions, [deskpolicy.Authorize] allows the
// request, and if it answers deny to any, Authorize denies it. Most requests are one question. A
// request on two resources is a question on each: merging asks about both tickets, and assigning
// also asks whether the recipient could take the ticket.
//
// # Policies
//
// A role is a few permits: one for each kind of resource and each ground on which the role reaches
// it (all, group, assigned, mentioned, contact). The principal is a member of the roles that it
// holds. Where it holds them is data: "roles" is a set of role and workspace, and "ticketRoles"
// holds the same sets for tickets, by the least ticket scope of the binding. The workspace "*"
// means outside of workspaces.
//
// A guardrail is a forbid, and so is everything else that denies regardless of roles: another
// account, a subject that is not active, a feature that the plan lacks, an action on a resource
// that is not the subject's own. Each forbid has its reason and the numbers of its sources as
// annotations. Forbids have the order of Authorize's steps: if several match, the first has the
// reason that Authorize gives.
//
// Time is a number of nanoseconds since 1970, in the context and in the start, the end and the
// revocation of a support grant.
//
// # Authority
//
// Cedar has no loops, so policies can compare authority only as sets. The entities of people have
// these sets as "authority": what their bindings allow, by action and workspace, with separate
// sets for what reaches every resource, their groups, and what belongs to them. Each person's sets
// depend on that person only, and are present only for actions that compare authority; the
// policies say which set must contain which. "gives" is the same for what a person is to be given.
// Open workspaces are those of the principal's account.
//
// In sets of groups, contacts or team members, the set for viewing contains the set for editing,
// and "ticketRoles" of a scope contains those of wider scopes. Cedar does not allow cycles of
// territories, so the first territory of a cycle represents all of it.
//
// # Limits
//
// What Cedar cannot express is an error, and is never left out:
//
//   - a request that Authorize finds malformed (step 1): [ErrMalformed]
//   - text that is not UTF-8
//   - a custom role that is not among the exported ones, or differs from the exported role with
//     its name
//   - a host action that the vocabulary does not name
//   - a host's resource type that embeds one of the library's
//   - two different records of one person or support grant in one question, as Cedar has one
//     entity for each ID
//
// An answer from Cedar does not say which role and scope decided, until when the decision holds,
// or why no role was sufficient; so it does not tell a resource that does not exist from one that
// is hidden.
//
// An Exporter is immutable, and safe for concurrent use by multiple goroutines.
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
	// ErrMalformed is the error of a request that Authorize denies at its first step.
	ErrMalformed = errors.New("malformed request")
	// ErrNotExpressible is the error of a role or question that Cedar cannot express.
	ErrNotExpressible = errors.New("cannot be expressed in Cedar")
)

// An Exporter writes the policy with the built-in roles and an organisation's custom roles. [New]
// returns one; the zero Exporter is not valid.
type Exporter struct {
	vocabulary *deskpolicy.Vocabulary
	roles      []deskpolicy.Role          // the built-in roles, then the custom ones, sorted
	custom     map[string]deskpolicy.Role // by key
	hosts      []deskpolicy.ActionID      // the host actions that the vocabulary names
	unnamed    []hostRange                // the ranges with host actions that it does not name
	literals   map[deskpolicy.ActionID]expr
}

// New returns an exporter for the built-in roles, the given custom roles, and the host actions
// that the vocabulary names; a nil vocabulary names none. The order of the roles does not matter.
//
// New reports every role that cannot be exported: the zero Role, two roles with the same name,
// text that is not UTF-8, and a role with a host action that has no name.
func New(vocabulary *deskpolicy.Vocabulary, roles ...deskpolicy.Role) (*Exporter, error) {
	e := &Exporter{vocabulary: vocabulary, custom: make(map[string]deskpolicy.Role)}
	e.roles = slices.Collect(deskpolicy.Account{ID: "any", Integrated: true}.BuiltInRoles())
	e.findHostActions()
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
		return notCarried("the zero Role; leave it out")
	case !utf8.ValidString(string(role.Account())):
		return notCarried("role %q: account %q is not UTF-8", role, role.Account())
	}
	for p := range role.Permissions().All() {
		if p.Action.IsHost() && !e.isNamed(p.Action) {
			return notCarried("role %q: %v has no name in the vocabulary; add it", role, p.Action)
		}
	}
	e.custom[roleKey(role)] = role
	e.roles = append(e.roles, role)
	return nil
}

// checkKnown returns an error unless the policies have exactly this role.
func (e *Exporter) checkKnown(role deskpolicy.Role) error {
	if role.Name() == "" || role.BuiltIn() || e.custom[roleKey(role)].Equal(role) {
		return nil
	}
	return notCarried("role %q of account %q is not among the exported roles, or differs from the one exported; give New this role", role, role.Account())
}

func compareRoles(a, b deskpolicy.Role) int {
	return slices.Compare([]string{string(a.Account()), a.Name()}, []string{string(b.Account()), b.Name()})
}

func notCarried(format string, args ...any) error {
	return fmt.Errorf("cedarexport: %w: "+format, append([]any{ErrNotExpressible}, args...)...)
}

func malformed(what string) error { return fmt.Errorf("cedarexport: %w: %s", ErrMalformed, what) }
