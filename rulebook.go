package deskpolicy

import "sync"

// A rulebook holds the rules of [Authorize] for one kind of subject, for all actions at once.
type rulebook struct {
	rules []reachRule // do not include the actions that are forbidden to the kind
}

// A reachRule holds, for a set of actions and for each relationship, the scopes at which
// the actions reach a resource.
type reachRule struct {
	actions actionSet
	reach   [relationships]levels
}

// A relationship holds what the rules distinguish between a subject and a resource.
type relationship struct {
	group     Access // the subject's access to the resource's group
	own       bool   // the resource is assigned to the subject or, if its kind is never assigned, belongs to the subject
	mentioned bool   // the subject is mentioned in the resource
	customer  Access // the subject's access in the CRM to the resource's customer
}

// relationships is the number of relationships.
const relationships = 3 * 2 * 2 * 3

// index returns the number of the relationship, from 0.
func (r relationship) index() int {
	i := int(r.group) * 12
	if r.own {
		i += 6
	}
	if r.mentioned {
		i += 3
	}
	return i + int(r.customer)
}

// relationshipAt returns the relationship with the number.
func relationshipAt(index int) relationship {
	return relationship{Access(index / 12), index/6%2 == 1, index/3%2 == 1, Access(index % 3)}
}

// attributes returns the attributes of an example resource of the kind with this
// relationship to the subject, in the group "g". The subject is the author, if the kind has
// one.
func (r relationship) attributes(on kind, who AgentID) Attributes {
	what := Attributes{kind: on, owner: who}
	if on.has(aGroup) {
		what.Group = "g"
	}
	if on.has(aHolder) && r.own {
		what.Assignee = who
	}
	if on.has(anOwner) {
		what.owner = what.Assignee
	}
	if r.mentioned {
		what.mentions = map[AgentID]bool{who: true}
	}
	return what
}

// An actionSet is a set of pairs of an action and a kind of resource. It has a bit for
// each library action, a bit for each host action on the host's own kinds, and, for each
// kind in hostOver, a bit for each host action on that kind.
type actionSet [actionWords + len(hostOver)*hostWords]uint64

const (
	actionWords  = actionSpace / 64
	libraryWords = int(lastAction)/64 + 1 // enough for subjects without host actions
	hostWord     = FirstHostView / 64     // the first word with host actions
	hostWords    = actionWords - hostWord
)

// hostOver are the library kinds that the rules treat differently from a host's own kinds.
var hostOver = [...]kind{kindTicket, kindConversation, kindContact, kindCompany, kindSupportGrant}

// sourceWord returns the index of the word of a role's permissions that holds the actions of
// a word of an actionSet.
func sourceWord(word int) int {
	if word < actionWords {
		return word
	}
	return hostWord + word%hostWords // actionWords is a multiple of hostWords
}

// action returns the action and the kind of resource that a bit represents. An unused bit
// represents an unknown action, which no role permits.
func action(bit int) (id ActionID, on kind) {
	id = ActionID(sourceWord(bit/64)*64 + bit%64)
	if bit >= actionSpace {
		return id, hostOver[(bit-actionSpace)/(hostWords*64)]
	}
	return id, id.info().on
}

// add sets the bit.
func (s *actionSet) add(bit int) { s[bit/64] |= 1 << (bit % 64) }

// include adds everything in other.
func (s *actionSet) include(other *actionSet) {
	for word, bits := range other {
		s[word] |= bits
	}
}

// rulebooks returns the rulebooks. The first call derives them.
var rulebooks = sync.OnceValue(func() *rulebookSet {
	var s rulebookSet
	for bit := range len(actionSet{}) * 64 {
		s.classify(bit)
	}
	s.agent.derive(actor{})
	s.shared.derive(actor{crm: &CRMUser{}})
	s.support.derive(actor{session: &SupportSession{}})
	return &s
})

// A rulebookSet holds a rulebook for each kind of subject, and sets of actions by property.
type rulebookSet struct {
	agent, shared, support rulebook

	authoring  actionSet // actions that only the account administrator can perform [R9]
	ownOnly    actionSet // actions on a subject's own things
	anyRole    actionSet // actions that every role with a permission permits
	anyPlace   actionSet // actions for which a role held anywhere is enough
	ticketLike actionSet // actions that a binding's ticket scope limits
	unplaced   actionSet // actions on kinds that are never in a workspace
	onCompany  actionSet // actions on companies
	onRoles    actionSet // actions on roles that are possible on built-in roles

	notOnCompany  actionSet // actions on kinds other than companies
	notOnCustomer actionSet // actions on kinds other than companies and contacts
}

// classify adds the bit to each set that it belongs to.
func (s *rulebookSet) classify(bit int) {
	id, on := action(bit)
	for set, is := range map[*actionSet]bool{
		&s.authoring:  id.InClass(ClassRoleAuthoring),
		&s.ownOnly:    id.info().class&ownOnly != 0,
		&s.anyRole:    id.info().class&anyRole != 0,
		&s.anyPlace:   id.info().class&anyPlace != 0,
		&s.ticketLike: on.ticketLike(),
		&s.unplaced:   !on.has(aWorkspace),
		&s.onCompany:  on == kindCompany,
		&s.onRoles:    on == kindRole && (id.info().classes()&(ClassAccessChange|ClassRoleAuthoring) == 0 || id == RoleClone.ID()),

		&s.notOnCompany:  on != kindCompany,
		&s.notOnCustomer: !on.customer(),
	} {
		if is {
			set.add(bit)
		}
	}
}

// derive fills the rulebook for the kind of subject that who is. For every action and
// relationship, it calls the functions that decide.
func (b *rulebook) derive(who actor) {
	who.id = "self"
	var reach [relationships]levels
	for bit := range len(actionSet{}) * 64 {
		id, on := action(bit)
		q := question{who: who, action: id, rule: id.info(), what: Attributes{kind: on}}
		if q.forbiddenToKind() != Undecided || q.neverTakes() {
			continue
		}
		if id < FirstHostView || (id-FirstHostView)%hostGap == 0 { // all actions of a host range have the same rules
			for i := range reach {
				reach[i] = q.reachAt(on, relationshipAt(i))
			}
		}
		b.add(bit, reach)
	}
}

// add adds an action to the rule with the same reach, or adds a rule.
func (b *rulebook) add(bit int, reach [relationships]levels) {
	for i := range b.rules {
		if b.rules[i].reach == reach {
			b.rules[i].actions.add(bit)
			return
		}
	}
	rule := reachRule{reach: reach}
	rule.actions.add(bit)
	b.rules = append(b.rules, rule)
}

// reachAt returns the scopes at which the action reaches an example resource with the
// relationship. A new resource without an assignee counts as the subject's own, so if it is
// not to be, reachAt assigns it to another agent.
func (q question) reachAt(on kind, r relationship) (reach levels) {
	q.what = r.attributes(on, q.who.id)
	if !r.own && q.rule.class&creates != 0 {
		q.what.Assignee = "another agent"
	}
	q.who.groups = map[GroupID]Access{"g": r.group}
	q.crm, q.crmLooked = r.customer, true
	for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
		each := q
		if access, _ := levels(1 << scope).reach(&each); access >= q.rule.need && (q.rule.class&ownOnly == 0 || each.isOwn()) {
			reach |= 1 << scope
		}
	}
	return reach
}
