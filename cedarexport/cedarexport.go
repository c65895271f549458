// Package cedarexport writes the policy as Cedar: policies, a schema and, for each question, the
// entities and the request. It is for organisations that use Cedar or Amazon Verified Permissions
// to authorize requests.
//
//	exporter, err := cedarexport.New(nil, roles...)
//	policies := exporter.Policies() // Cedar's own syntax
//	schema := exporter.Schema()     // JSON
//	questions, err := exporter.Questions(agent, deskpolicy.TicketReply.ID(), ticket)
//
// If a Cedar engine answers allow to every question, [deskpolicy.Authorize] allows the request; if
// it answers deny to any, Authorize denies the request. Most requests are one question. Merging
// asks about both tickets, and assigning also asks whether the recipient could take the ticket.
//
// # Policies
//
// Each role becomes several permits: one for each scope at which it permits actions, apart for
// tickets, for contacts and companies, and for everything else. A permit has a condition for each
// relation of the scope. On tickets, a second condition does the same for the ticket scopes of the
// principal's bindings. What can be in a group has a second permit, whose ID ends in
// "held-in-group", for people who hold the role only in that group.
//
// The principal is a member of the roles that it holds. Where it holds them is in its attributes:
// "roles" is a set of records of a role, a workspace and a group, and "ticketRoles" has such a set
// for each relation that ticket scopes name, without the relations that other relations include.
// The workspace "*" means outside of workspaces, "*open" also in the account's open workspaces, and
// "*everywhere" also in all others. The group "" means whatever the group. "roleGroups" are the
// groups in which the principal holds a role, so that an engine seldom evaluates more of the second
// permits. "rolesAnywhere" are the roles that it holds, wherever that is.
//
// Each guardrail becomes a forbid, and so does everything else that denies regardless of roles:
// another account, a subject that is not active, a feature that the plan lacks, an action on a
// resource that is not the subject's own. Each forbid has its reason and the numbers of its
// sources as annotations. Forbids are in the order of Authorize's steps: if several match, the
// first has the reason that Authorize gives.
//
// Instants, in the context, in support grants and of a CRM's answer, are nanoseconds since 1970. A
// CRM's answer that never counts has 0 for both.
//
// # Authority
//
// Cedar has no loops, so policies can compare authority only as sets. The attribute "authority" of
// the person acted on has an element for each action, workspace and situation in which the person's
// roles reach a resource, such as that it is assigned to the person and in a group. Groups are told
// apart if one of the two people holds a role only there; of the others, one stands for all with the
// same access. "gives" has the same for what the person may do after an assignment. "reaches" of the
// principal has those of these elements that the principal's roles reach too, so it depends on the
// question. The "authority" of a role that is made or changed is that of everyone who could hold it.
// These attributes are present only for actions that compare authority; the policies say which set must
// contain which. Open workspaces are those of the principal's account. A shared agent is assumed to
// see every customer.
//
// In sets of groups, contacts, participants or team members, the set for viewing contains the set
// for editing. Cedar does not allow cycles of territories, so the first territory of a cycle
// represents the whole cycle.
//
// # Limits
//
// The package returns an error for anything that Cedar cannot express, and never leaves it out:
//
//   - a request that Authorize finds malformed (step 1): [ErrMalformed]
//   - text that is not UTF-8
//   - a custom role that is not among the exported ones, or differs from the exported role with
//     its name
//   - a host action that the vocabulary does not name
//   - a delegate
//   - a role that the subject or another agent in the question holds in a window
//   - a host's resource type that embeds one of the library's
//   - two different records of one person or support grant in one question, because Cedar has
//     only one entity for each ID
//   - making or changing a role with a host action that the vocabulary does not name
//
// An answer from Cedar does not say which role and scope decided, until when the decision holds,
// or why no role was sufficient. So it is the same for a resource that does not exist and for one
// that is hidden.
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
	// ErrMalformed is wrapped by errors about requests that Authorize denies at its first step.
	ErrMalformed = errors.New("malformed request")
	// ErrNotExpressible is wrapped by errors about roles and questions that Cedar cannot express.
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
// New returns an error for every role that it cannot export: the zero Role, two roles of an account
// with the same name, text that is not UTF-8, and a role with a host action that has no name.
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
		return notExpressible("the zero Role; leave it out")
	case !utf8.ValidString(string(role.Account())):
		return notExpressible("role %q: account %q is not UTF-8", role, role.Account())
	}
	for p := range role.Permissions().All() {
		if p.Action.IsHost() && !e.isNamed(p.Action) {
			return notExpressible("role %q: %v has no name in the vocabulary; add it", role, p.Action)
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
	return notExpressible("role %q of account %q is not among the exported roles, or differs from the one exported; give New this role", role, role.Account())
}

func compareRoles(a, b deskpolicy.Role) int {
	return slices.Compare([]string{string(a.Account()), a.Name()}, []string{string(b.Account()), b.Name()})
}

func notExpressible(format string, args ...any) error {
	return fmt.Errorf("cedarexport: %w: "+format, append([]any{ErrNotExpressible}, args...)...)
}

func malformed(what string) error { return fmt.Errorf("cedarexport: %w: %s", ErrMalformed, what) }
