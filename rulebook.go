package deskpolicy

import "sync"

// A rulebook is what the rules of [Authorize] come to for all actions at once,
// for one kind of subject.
type rulebook struct {
	rules []reachRule // none of what is forbidden to the kind
}

// A reachRule says of some actions by which of the scopes a resource is within
// reach, for each stance that it may have.
type reachRule struct {
	of actionSet
	by [relationships]levels
}

// A relationship is how a resource stands to a subject.
type relationship struct {
	group     Access // what the subject may do in the resource's group
	own       bool   // it is assigned to the subject or, if it is never assigned, its own
	mentioned bool
	customer  Access // what the subject may do in the CRM with the customer that it is about
}

const relationships = 3 * 2 * 2 * 3

func (s relationship) index() int {
	i := int(s.group) * 12
	if s.own {
		i += 6
	}
	if s.mentioned {
		i += 3
	}
	return i + int(s.customer)
}

func relationshipAt(index int) relationship {
	return relationship{Access(index / 12), index/6%2 == 1, index/3%2 == 1, Access(index % 3)}
}

// of returns the attributes of a resource of the kind, in the group "g", that stands
// so to the subject: the author, if it has one.
func (s relationship) of(on kind, who AgentID) Attributes {
	what := Attributes{kind: on, owner: who}
	if on.has(aGroup) {
		what.Group = "g"
	}
	if on.has(aHolder) && s.own {
		what.Assignee = who
	}
	if on.has(anOwner) {
		what.owner = what.Assignee
	}
	if s.mentioned {
		what.mentions = map[AgentID]bool{who: true}
	}
	return what
}

// An actionSet is a set of actions, each with the kind of resource that it is
// on: a bit for each of the library's and of a host's own; then again one for
// each of the host's, as if it were on one of the library's kinds.
type actionSet [actionWords + len(hostOver)*hostWords]uint64

const (
	actionWords  = actionSpace / 64
	libraryWords = int(lastAction)/64 + 1 // enough where nobody holds a host's action
	hostWord     = FirstHostView / 64     // the first with a host's actions
	hostWords    = actionWords - hostWord
)

// hostOver are the library's kinds that the rules treat otherwise than a host's own.
var hostOver = [...]kind{kindTicket, kindConversation, kindContact, kindCompany, kindSupportGrant}

// sourceWord returns the word of a role's permissions that the word of an actionSet repeats.
func sourceWord(word int) int {
	if word < actionWords {
		return word
	}
	return hostWord + word%hostWords // of which actionWords is a multiple
}

// action returns the action of a bit, and the kind that it is on. Of those that
// stand for none it is an unknown one, which nobody holds.
func action(bit int) (id ActionID, on kind) {
	id = ActionID(sourceWord(bit/64)*64 + bit%64)
	if bit >= actionSpace {
		return id, hostOver[(bit-actionSpace)/(hostWords*64)]
	}
	return id, id.info().on
}

func (s *actionSet) add(bit int) { s[bit/64] |= 1 << (bit % 64) }

func (s *actionSet) include(other *actionSet) {
	for word, bits := range other {
		s[word] |= bits
	}
}

// rulebooks are the rulebooks, and some sets of actions.
var rulebooks = sync.OnceValue(func() *library {
	var l library
	for bit := range len(actionSet{}) * 64 {
		l.classify(bit)
	}
	l.agent.derive(actor{})
	l.shared.derive(actor{crm: &CRMUser{}})
	l.support.derive(actor{session: &SupportSession{}})
	return &l
})

type library struct {
	agent, shared, support rulebook

	authoring  actionSet // only the account administrator does them [R9]
	ownOnly    actionSet // on one's own things
	anyRole    actionSet // by every role that permits anything
	anyPlace   actionSet // by a role wherever it is held
	ticketLike actionSet // what a binding's ticket scope bounds
	unplaced   actionSet // on what is never in a workspace
	ofCompany  actionSet // on companies themselves
	onRoles    actionSet // on built-in roles, which only some of those on roles are

	notOfCompany  actionSet // on anything but companies
	notOfCustomer actionSet // on anything but companies and contacts
}

func (l *library) classify(bit int) {
	id, on := action(bit)
	for set, is := range map[*actionSet]bool{
		&l.authoring:  id.InClass(ClassRoleAuthoring),
		&l.ownOnly:    id.info().class&ownOnly != 0,
		&l.anyRole:    id.info().class&anyRole != 0,
		&l.anyPlace:   id.info().class&anyPlace != 0,
		&l.ticketLike: on.ticketLike(),
		&l.unplaced:   !on.has(aWorkspace),
		&l.ofCompany:  on == kindCompany,
		&l.onRoles:    on == kindRole && (id.info().classes()&(ClassAgentMutation|ClassRoleAuthoring) == 0 || id == RoleClone.ID()),

		&l.notOfCompany:  on != kindCompany,
		&l.notOfCustomer: !on.customer(),
	} {
		if is {
			set.add(bit)
		}
	}
}

// derive asks the functions that decide, for every action and stance, what they
// come to for the kind of subject.
func (b *rulebook) derive(who actor) {
	who.id = "self"
	var by [relationships]levels
	for bit := range len(actionSet{}) * 64 {
		id, on := action(bit)
		q := question{who: who, action: id, rule: id.info(), what: Attributes{kind: on}}
		if q.forbiddenToKind() != Undecided || q.neverTakes() {
			continue
		}
		if id < FirstHostView || (id-FirstHostView)%hostGap == 0 { // the numbers of a host's range are alike
			for i := range by {
				by[i] = q.reachedBy(on, relationshipAt(i))
			}
		}
		b.add(bit, by)
	}
}

// add adds an action to the rule that says the same, or makes it one.
func (b *rulebook) add(bit int, by [relationships]levels) {
	for i := range b.rules {
		if b.rules[i].by == by {
			b.rules[i].of.add(bit)
			return
		}
	}
	rule := reachRule{by: by}
	rule.of.add(bit)
	b.rules = append(b.rules, rule)
}

// reachedBy returns the scopes each of which reaches an example that stands so:
// what is to be made is the subject's own, as nobody's is, or somebody else's.
func (q question) reachedBy(on kind, s relationship) (by levels) {
	q.what = s.of(on, q.who.id)
	if !s.own && q.rule.class&creates != 0 {
		q.what.Assignee = "somebody else"
	}
	q.who.groups = map[GroupID]Access{"g": s.group}
	q.crm, q.crmLooked = s.customer, true
	for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
		each := q
		if access, _ := levels(1 << scope).reach(&each); access >= q.rule.need && (q.rule.class&ownOnly == 0 || each.isOwn()) {
			by |= 1 << scope
		}
	}
	return by
}
