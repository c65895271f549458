package deskpolicy_test

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/deskpolicy/deskpolicy"
)

// A byteSource decodes any bytes into a request, including malformed ones. The first
// choice of each value is the usual one: an exhausted source reads zeros, and describes
// a usual request.
type byteSource struct {
	data   []byte
	home   AccountID // the usual account; acme if empty
	action ActionID  // the requested action, which drawn roles usually permit
}

func (t *byteSource) byte() byte {
	if len(t.data) == 0 {
		return 0
	}
	b := t.data[0]
	t.data = t.data[1:]
	return b
}

func (t *byteSource) bool() bool { return t.byte()&1 == 1 }

// rarely returns true for one byte in eight.
func (t *byteSource) rarely() bool { return t.byte() >= 224 }

func (t *byteSource) uint16() uint16 { return binary.LittleEndian.Uint16([]byte{t.byte(), t.byte()}) }

func (t *byteSource) int64() (n int64) {
	for range 8 {
		n = n<<8 | int64(t.byte())
	}
	return n
}

// times returns a small number, usually 1.
func (t *byteSource) times() int { return [...]int{1, 0, 2, 3, 1, 1, 2, 1}[t.byte()%8] }

// pick returns one of the values.
func pick[T any](t *byteSource, values ...T) T { return values[int(t.byte())%len(values)] }

// several returns a few values; nil if there are none.
func several[T any](t *byteSource, one func() T) (values []T) {
	for range t.times() {
		values = append(values, one())
	}
	return values
}

// text returns one of the names or, rarely, other bytes: invalid UTF-8, a very long text
// or one that looks like a name.
func text[S ~string](t *byteSource, names ...string) S {
	switch b := t.byte(); {
	case b < 240:
		return S(names[int(b)%len(names)])
	case b < 248:
		n := min(4*int(b-239), len(t.data))
		s := S(t.data[:n])
		t.data = t.data[n:]
		return s
	case b < 251:
		return S(strings.Repeat(string([]byte{t.byte()}), 1<<(b-248+9)))
	default:
		return S([...]string{"\x00", "\xff", names[0] + " ", strings.ToUpper(names[0]), "\u202e" + names[0]}[b-251])
	}
}

func (t *byteSource) accountID() AccountID {
	home := cmp.Or(string(t.home), "acme")
	return text[AccountID](t, home, home, home, "globex", "")
}

func (t *byteSource) workspace() WorkspaceID { return text[WorkspaceID](t, "", "it", "hr", "*") }
func (t *byteSource) group() GroupID         { return text[GroupID](t, "billing", "sales", "") }
func (t *byteSource) person() AgentID        { return text[AgentID](t, "riya", "tom", "", "support:eve") }
func (t *byteSource) heldFor() GroupID {
	return pick(t, "", "", "", text[GroupID](t, "billing", "sales", ""))
}
func (t *byteSource) user() CRMUserID        { return text[CRMUserID](t, "ursa", "ugo", "") }
func (t *byteSource) territory() TerritoryID { return text[TerritoryID](t, "emea", "berlin", "") }
func (t *byteSource) contactID() ContactID   { return text[ContactID](t, "c1", "c2", "") }
func (t *byteSource) companyID() CompanyID   { return text[CompanyID](t, "c1", "c2", "") }
func (t *byteSource) scope() Scope {
	return pick(t, ScopeGlobal, ScopeGroup, ScopeRestricted, 0, Scope(t.uint16()), Unassigned, Unrouted, GroupQueue, Requested, Participating, SameCompany)
}
func (t *byteSource) crmRecords() CRMRecords {
	return pick(t, AllRecords, TerritoryRecords, OwnRecords, 0, CRMRecords(t.byte()))
}
func (t *byteSource) access() Access { return pick(t, Edit, View, NoAccess, Access(t.byte())) }
func (t *byteSource) duration() time.Duration {
	return pick(t, 0, 1, -1, time.Hour, time.Duration(t.int64()))
}
func (t *byteSource) features() Features     { return pick(t, AllFeatures, 0, Features(t.uint16())) }
func (t *byteSource) team() AgentGroup       { return AgentGroup{ID: t.group(), Account: t.accountID()} }
func (t *byteSource) permission() Permission { return t.anyAction(t.action).At(t.scope()) }

// anyAction returns the usual action, another library or host action, or any number.
func (t *byteSource) anyAction(usual ActionID) ActionID {
	switch b := t.byte(); {
	case b < 128:
		return usual
	case b < 240:
		return allActions()[t.byte()]
	case b < 248:
		return FirstHostView + 48*ActionID(t.byte()%8) + ActionID(t.byte()%48)
	default:
		return ActionID(t.uint16())
	}
}

// allActions maps each byte to a library action.
var allActions = sync.OnceValue(func() [256]ActionID { return actionsByByte(slices.Collect(Actions())) })

// actionsByByte maps each byte to an action: 0 to the first, the others by a hash of the name.
// A new action takes few bytes from others, so most seeds keep their meaning.
func actionsByByte(actions []ActionID) (byByte [256]ActionID) {
	hash := func(id ActionID) uint32 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id.String())) // never fails
		return h.Sum32()
	}
	byByte[0] = actions[0]
	rest := slices.SortedFunc(slices.Values(actions[1:]), func(a, b ActionID) int { return cmp.Compare(hash(a), hash(b)) })
	for _, id := range rest {
		at := uint8(hash(id))
		for byByte[at] != 0 {
			at++
		}
		byByte[at] = id
	}
	for at := range byByte {
		if byByte[at] == 0 {
			byByte[at] = byByte[at-1]
		}
	}
	return byByte
}

// mapOf returns a map of a few entries; nil if there are none.
func mapOf[K comparable, V any](t *byteSource, key func() K, value func() V) (m map[K]V) {
	for range t.times() {
		if m == nil {
			m = make(map[K]V)
		}
		m[key()] = value()
	}
	return m
}

func (t *byteSource) account() Account {
	return Account{
		ID: t.accountID(), Plan: Plan{Features: t.features()}, Integrated: !t.rarely(),
		OpenWorkspaces: several(t, t.workspace), Administrators: several(t, t.person),
	}
}

// role returns a built-in role, a custom one if it is valid, or the zero Role.
func (t *byteSource) role() Role {
	switch t.byte() % 4 {
	case 0:
		all := slices.Collect(acme.BuiltInRoles())
		return all[int(t.byte())%len(all)]
	case 1, 2:
		role, _ := NewRole(t.accountID(), text[string](t, "Day Shift", "Night Shift"), NewPermissions(several(t, t.permission)...), nil)
		return role
	default:
		return Role{}
	}
}

func (t *byteSource) binding() Binding {
	return Binding{Role: t.role(), Workspace: text[WorkspaceID](t, "*", "it", "hr", "", "*open*"), Group: t.heldFor(), TicketScope: pick(t, Anything, t.scope()), Window: t.heldWhen()}
}

// heldWhen returns mostly the window that is always.
func (t *byteSource) heldWhen() Window {
	if !t.rarely() {
		return Window{}
	}
	return NewWindow(t.instant(), t.instant())
}

func (t *byteSource) crmUser() CRMUser {
	return CRMUser{
		ID: t.user(), Deactivated: t.rarely(), Sees: t.crmRecords(), Territories: several(t, t.territory), Hierarchy: mapOf(t, t.territory, t.territory),
		Visibility: CRMVisibility{Contacts: mapOf(t, t.contactID, t.access), Companies: mapOf(t, t.companyID, t.access), AsOf: t.instant(), MaxAge: t.duration()},
	}
}

// An asker is a subject, with facts about it that do not come from the library.
type asker struct {
	subject  Subject
	nobody   bool
	dead     bool // every request is denied
	shared   bool
	session  bool
	customer bool
	account  AccountID
	roles    []Role
	window   [3]time.Time // start, end and revocation of the session's support grant
	now      time.Time
}

func (t *byteSource) subject() asker {
	switch kind := t.byte() % 16; {
	case kind < 6:
		a := &Agent{
			ID: t.person(), Account: t.account(), Deactivated: t.rarely(),
			Bindings: several(t, t.binding), Groups: mapOf(t, t.group, t.access), Contact: t.contactID(), Company: t.companyID(), Now: t.instant(),
		}
		return asker{now: a.Now, subject: a, nobody: a.ID == "", dead: a.Deactivated, account: a.Account.ID, roles: boundRoles(a.Bindings)}
	case kind < 10:
		a := &SharedAgent{
			ID: t.person(), Account: t.account(), Deactivated: t.rarely(), CRM: t.crmUser(),
			Bindings: several(t, t.binding), Groups: mapOf(t, t.group, t.access), Now: t.instant(),
		}
		return asker{
			now: a.Now, subject: a, nobody: a.ID == "", shared: true, account: a.Account.ID, roles: boundRoles(a.Bindings),
			dead: a.Deactivated || a.CRM.ID == "" || a.CRM.Deactivated || !a.Account.Integrated,
		}
	case kind < 13:
		return t.sessionOf()
	case kind == 13:
		n := &CRMOnlyUser{Account: t.account(), CRM: t.crmUser()}
		return asker{subject: n, nobody: n.CRM.ID == "", dead: true, account: n.Account.ID}
	case kind == 14:
		c := &Customer{ID: t.contactID(), Account: t.account(), Deactivated: t.rarely(), Bindings: several(t, t.binding), Company: t.companyID()}
		return asker{subject: c, nobody: c.ID == "", dead: c.Deactivated, customer: true, account: c.Account.ID, roles: boundRoles(c.Bindings)}
	default:
		return asker{nobody: true, subject: pick[Subject](t, nil, (*Agent)(nil), (*SharedAgent)(nil), (*Customer)(nil), (*CRMOnlyUser)(nil), (*SupportSession)(nil),
			&SupportSession{}, &Agent{}, &SharedAgent{}, &Customer{}, &CRMOnlyUser{}, stranger{}, stranger{&Agent{ID: "riya"}})}
	}
}

func boundRoles(bindings []Binding) (roles []Role) {
	for _, b := range bindings {
		roles = append(roles, b.Role)
	}
	return roles
}

// instant returns a time near noon, at a limit of the valid times, or any time.
func (t *byteSource) instant() time.Time {
	switch b := t.byte() % 8; b {
	case 0, 1, 2, 3:
		return noon.Add(time.Duration(int8(t.byte())))
	case 4:
		return pick(t, time.Time{}, time.Unix(0, 0), time.Unix(0, -1), time.Date(2200, 1, 1, 0, 0, 0, -1, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
	case 5:
		return noon.Add(time.Duration(t.int64()))
	case 6:
		return noon.Add(time.Duration(int8(t.byte()))).In(time.FixedZone("", int(int16(t.uint16()))))
	default:
		return time.Unix(t.int64(), t.int64())
	}
}

// sessionOf returns a session of a support grant, or of the zero one if the terms are invalid.
func (t *byteSource) sessionOf() asker {
	grant, roles := t.grant()
	engineer, account, now := SupportEngineer{ID: text[SupportEngineerID](t, "eve", "")}, t.account(), t.instant()
	a := asker{
		subject: grant.Session(engineer, account, now), nobody: engineer.ID == "", session: true, account: account.ID, roles: roles, now: now,
		window: [3]time.Time{grant.Start(), grant.End(), grant.RevokedAt()},
	}
	named := slices.ContainsFunc(grant.Engineers(), func(e SupportEngineer) bool { return e.ID == engineer.ID })
	a.dead = !named || grant.Account() != account.ID
	return a
}

// grant returns a support grant and its roles.
func (t *byteSource) grant() (SupportGrant, []Role) {
	var roles []Role
	names := func() []string {
		names := []string{}
		for _, role := range several(t, t.role) {
			names, roles = append(names, fmt.Sprint(len(roles))), append(roles, role)
		}
		return names
	}
	fields := map[string]any{
		"id": text[string](t, "g"), "account": t.accountID(), "by": t.person(), "start": stamp(t.instant()), "end": stamp(t.instant().Add(200)),
		"roles": names(), "workspaces": mapOf(t, func() WorkspaceID { return text[WorkspaceID](t, "it", "hr", "", "*") }, names),
	}
	engineers := []map[string]string{{"id": "eve", "email": "eve@vendor.example"}}
	for i, name := range several(t, func() string { return text[string](t, "Eve Novak") }) {
		engineers = append(engineers, map[string]string{"id": fmt.Sprint(i), "name": name, "email": fmt.Sprint(i, "@vendor.example")})
	}
	fields["engineers"] = engineers
	if t.rarely() {
		fields["revoked"] = stamp(t.instant())
	}
	if fmt.Sprint(fields["workspaces"]) == "map[]" {
		delete(fields, "workspaces")
	}
	document, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	grant, err := DecodeSupportGrant(document, func(name string) (Role, error) {
		var i int
		_, err := fmt.Sscan(name, &i)
		return roles[i], err
	})
	if err != nil {
		return SupportGrant{}, nil
	}
	return grant, roles
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (t *byteSource) record() CRMRecord {
	return CRMRecord{Owner: t.user(), Territory: t.territory(), Team: mapOf(t, t.user, t.access)}
}

func (t *byteSource) contact() Contact {
	return Contact{ID: t.contactID(), Account: t.accountID(), Owner: t.person(), Company: t.companyID(), CRM: t.record()}
}

func (t *byteSource) ticket() Ticket {
	ticket := Ticket{ID: text[TicketID](t, "t1"), Account: t.accountID(), Workspace: t.workspace(), Group: t.group(), Assignee: t.person()}
	if t.bool() {
		contact := t.contact()
		ticket.Requester = &contact
	}
	if t.bool() {
		ticket.Mentions = mapOf(t, t.person, func() bool { return !t.rarely() })
	}
	if t.bool() {
		ticket.Participants, ticket.CCs = mapOf(t, t.person, t.access), mapOf(t, t.contactID, t.access)
	}
	ticket.Confidential = t.rarely()
	return ticket
}

func (t *byteSource) conversation() Conversation {
	return Conversation{ID: text[ConversationID](t, "k1"), Account: t.accountID(), Workspace: t.workspace(), Group: t.group(), Assignee: t.person(), Confidential: t.rarely()}
}

// An asked is a resource and the functions that decide about it.
type asked struct {
	authorize func(Subject, ActionID) Decision
	explain   func(Subject, ActionID) Explanation
	match     func(Subject, ActionID) bool
	value     Resource
	missing   bool
	wrapped   bool        // in a host type: a Request about it has another action
	accounts  []AccountID // the accounts of its parts, if known
	listable  bool        // the filter matches exactly what Authorize allows
}

// askOf returns the resource, or rarely a nil pointer to its type.
func askOf[R Resource](t *byteSource, r R, accounts ...AccountID) asked {
	a := asked{value: r, accounts: accounts}
	pointer := &r
	if a.missing = t.rarely(); a.missing {
		pointer = nil
		a.value, _ = any(pointer).(Resource)
	}
	a.authorize = func(s Subject, id ActionID) Decision { return Authorize(s, Action[R](id), pointer) }
	a.explain = func(s Subject, id ActionID) Explanation { return Explain(NewRequest(s, Action[R](id), pointer)) }
	a.match = func(s Subject, id ActionID) bool { return FilterFor(s, Action[R](id)).Match(pointer) }
	return a
}

// asMissing marks the resource as missing: no action applies to a pointer or an interface.
func (a asked) asMissing() asked {
	a.missing, a.value = true, nil
	return a
}

// askListed is askOf for a resource that a filter decides completely.
func askListed[R Resource](t *byteSource, r R, accounts ...AccountID) asked {
	a := askOf(t, r, accounts...)
	a.listable = true
	return a
}

// resources has a decoder for each resource type. No library action applies to the
// strange ones. Later types follow after those.
var resources = func() (read []func(*byteSource) asked) {
	for _, c := range everyType {
		read = append(read, c.read)
	}
	return slices.Insert(read, firstTypes, strangeResources...)
}()

// firstTypes is the number of types when the first seeds were made. It keeps the
// meaning of their bytes.
const firstTypes = 30

func (t *byteSource) resource() func(*byteSource) asked {
	at := int(t.byte())
	if at >= len(resources) {
		at %= firstTypes + len(strangeResources)
	}
	return resources[at]
}

var strangeResources = []func(*byteSource) asked{
	func(t *byteSource) asked {
		r := invoice{t.accountID(), t.group(), t.person()}
		return askOf(t, r, r.account)
	},
	func(t *byteSource) asked { r := t.ticket(); return askOf(t, &r, r.Account).asMissing() },
	func(t *byteSource) asked { r := t.ticket(); return askOf[Resource](t, r, r.Account).asMissing() },
	func(t *byteSource) asked { return askOf[Resource](t, nil).asMissing() },
	func(t *byteSource) asked { return askOf[*Ticket](t, nil).asMissing() },
	func(t *byteSource) asked {
		r := wrappedTicket{t.ticket()}
		a := askOf(t, r, r.Account)
		a.wrapped = true
		return a
	},
}

// handedOver returns the accounts of the resource, the recipient and the group.
func handedOver(of AccountID, to asker, group AgentGroup) []AccountID {
	accounts := []AccountID{of}
	if to.subject != nil && !to.nobody {
		accounts = append(accounts, to.account)
	}
	if group != (AgentGroup{}) {
		accounts = append(accounts, group.Account)
	}
	return accounts
}

// askSomebody returns a subject of the type as the resource, or the zero value.
func askSomebody[R Resource](t *byteSource) asked {
	to := t.subject()
	if somebody, is := any(to.subject).(*R); is && somebody != nil {
		return askOf(t, *somebody, to.account)
	}
	var zero R
	return askOf(t, zero, "")
}

// question decodes a request: who asks, for which action, about which resource.
func (t *byteSource) question() (asker, ActionID, asked) {
	about := t.resource()
	t.action = t.anyAction(t.usualAction(about))
	who := t.subject()
	thing := about(t)
	if t.rarely() {
		who = t.delegateOf(who)
	}
	return who, t.action, thing
}

// delegateOf returns a delegate of the subject, or of one that has none.
func (t *byteSource) delegateOf(who asker) asker {
	d := &Delegate{Principal: who.subject, Actor: Actor{pick(t, ActorKey, ActorPerson, ActorAI, ActorIntegration, ActorKind(t.byte())), text[string](t, "acme", ""), text[string](t, "k-1", "")}}
	d.Limits = several(t, func() Limit {
		return Limit{NewPermissions(several(t, t.permission)...), several(t, func() WorkspaceID { return text[WorkspaceID](t, "**", "*", "it", "", "*open*") }), t.heldWhen()}
	})
	switch who.subject.(type) {
	case *Agent, *SharedAgent, *Customer:
	default:
		who.nobody = true
	}
	who.subject, who.nobody = d, who.nobody || len(d.Limits) == 0 || d.Actor.ID == "" || d.Actor.Kind == 0 || d.Actor.Kind > ActorPerson
	return who
}

// actionsOn maps each resource type to its library actions.
var actionsOn = sync.OnceValue(func() map[string][]ActionID {
	on := make(map[string][]ActionID)
	for _, about := range resources {
		value := about(&byteSource{}).value
		for id := range Actions() {
			if (Request{Subject: &Agent{ID: "riya"}, Action: id, Resource: value}).Authorize().Reason != WrongResource {
				on[fmt.Sprintf("%T", value)] = append(on[fmt.Sprintf("%T", value)], id)
			}
		}
	}
	return on
})

// usualAction returns a library action for the resource, if there is one.
func (t *byteSource) usualAction(about func(*byteSource) asked) ActionID {
	on := actionsOn()[fmt.Sprintf("%T", about(&byteSource{}).value)]
	if len(on) == 0 {
		return FirstHostView
	}
	return actionsByByte(on)[t.byte()]
}
