package integration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A layout is the way in which a host stores its things.
type layout struct {
	name       string
	ids        string // the type of ID columns: text, integer or uuid
	mentions   string // array, json, table or none
	crm        string // joined: contacts and what the CRM knows of them, in a table; none: contact sets only
	perAccount bool   // IDs are unique only within an account
	oneAccount bool   // the tables have one account's rows and no account column
	bare       bool   // the host has no workspaces and no groups
	times      bool   // the order's column has times instead of integers
	referenced bool   // requesters are contacts of the account
}

// names are the IDs of a layout: those of rows and, as alien, those that only subjects
// have.
type names struct {
	accounts, workspaces, groups, agents, contacts, companies []string
	users, territories                                        []string // text in every layout
	alien                                                     []string
}

// hostile returns variants of the name that a database could confuse, or that contain
// quotes.
func hostile(name string) []string {
	return []string{name, name + " ", strings.ToUpper(name), name + "'", `"` + name + `\`, strings.Replace(name, "a", "á", 1)}
}

func namesOf(l layout) (n names) {
	n.users, n.territories = hostile("ursa"), hostile("emea")
	switch l.ids {
	case "text":
		n.accounts, n.workspaces, n.groups = []string{"acme", "ACME", "acme "}, hostile("ita"), append(hostile("sales"), "{a,b}", `["sales"]`)
		n.agents, n.contacts, n.companies = append(hostile("riya"), "null", "%", "?"), hostile("ca1"), hostile("co a")
		n.alien = []string{"riya\x00", "riya\xff", "\ufffd", "1=1", "riya') OR (1=1"}
	case "integer":
		n.accounts, n.workspaces, n.groups = []string{"7", "8", "9"}, []string{"1", "2"}, []string{"1", "2", "-2"}
		n.agents, n.contacts, n.companies = []string{"1", "2", "9223372036854775807"}, []string{"1", "2", "3", "4"}, []string{"1", "2", "3"}
		n.alien = []string{"01", "+1", " 1", "1.0", "1e0", "x", "", "9223372036854775808", "-0", "1 OR 1=1"}
	default:
		id := func(i int) string { return fmt.Sprintf("0000000a-00ff-4000-8000-%012d", i) }
		n.accounts, n.workspaces, n.groups = []string{id(0), id(1), id(2)}, []string{id(1), id(2)}, []string{id(1), id(2), id(3)}
		n.agents, n.contacts, n.companies = []string{id(1), id(2)}, []string{id(1), id(2), id(3)}, []string{id(1), id(2), id(3)}
		n.alien = []string{strings.ToUpper(id(1)), "{" + id(1) + "}", strings.ReplaceAll(id(1), "-", ""), id(1) + " ", "x"}
	}
	if l.oneAccount {
		n.accounts = n.accounts[:1]
	}
	return n
}

// A row is a row of the host's table of things, of any type. A nil column is NULL.
type row struct {
	seq                                            int
	id, account                                    string
	workspace, group, assignee, owner, requesterID *string
	mentions                                       []string
	participants, ccs                              map[string]string // access by agent and by contact
	updated                                        int               // never: NULL
}

// never is the update time of rows that were never updated.
const never = -1

// A person is a contact or a company.
type person struct {
	seq              int
	id, account      string
	owner            *string // on the desk
	worksAt          *string // a contact's company
	user, territory  *string
	team             map[string]string // access by CRM user
	updated          int
	foreignTeammates []string // CRM users on the team of another account's customer with the same ID
}

// A dataset holds the rows of the tables.
type dataset struct {
	things              []row
	contacts, companies []person
}

func pick(t *rapid.T, from []string, label string) string {
	return rapid.SampledFrom(from).Draw(t, label)
}

// drawOptional draws one of the names or no name: NULL or, in text columns, empty.
func drawOptional(t *rapid.T, l layout, from []string, label string) *string {
	switch rapid.IntRange(0, 9).Draw(t, label+"?") {
	case 8:
		return nil
	case 9:
		if l.ids == "text" {
			return new(string)
		}
		return nil
	}
	name := pick(t, from, label)
	return &name
}

func drawDataset(t *rapid.T, l layout, n names) (w dataset) {
	w.contacts = drawPeople(t, l, n, n.contacts, "contact")
	w.companies = drawPeople(t, l, n, n.companies, "company")
	taken := map[string]int{}
	for i := range several(t, 20, 40, "things") {
		r := row{seq: i + 1, account: account(t, n), updated: rapid.IntRange(never, 5).Draw(t, "updated")}
		r.id = l.id(i + 1)
		if l.perAccount {
			taken[r.account]++
			r.id = l.id(taken[r.account])
		}
		if !l.bare {
			r.workspace, r.group = drawOptional(t, l, n.workspaces, "workspace"), drawOptional(t, l, n.groups, "group")
			if rapid.Bool().Draw(t, "outside") {
				r.workspace = nil
			}
		}
		r.assignee, r.owner, r.requesterID = drawOptional(t, l, n.agents, "assignee"), drawOptional(t, l, n.agents, "owner"), drawOptional(t, l, n.contacts, "requester")
		if l.mentions != "none" {
			r.mentions = rapid.SliceOfNDistinct(rapid.SampledFrom(n.agents), 0, 2, rapid.ID).Draw(t, "mentions")
		}
		if l.crm == "joined" {
			r.participants = drawTexts(t, n.agents, "participants")
			r.ccs = drawTexts(t, n.contacts, "ccs")
		}
		if asker := w.requester(l, r); l.referenced && (asker == nil || string(asker.Account) != r.account) {
			r.requesterID = nil
		}
		w.things = append(w.things, r)
	}
	return w
}

// several draws a number from few to most, rarely a smaller one.
func several(t *rapid.T, few, most int, label string) int {
	if rapid.IntRange(0, 9).Draw(t, label+" few") == 9 {
		few = 0
	}
	return rapid.IntRange(few, most).Draw(t, label)
}

// drawTexts draws accesses, some of which are no Access, by the names.
func drawTexts(t *rapid.T, from []string, label string) map[string]string {
	return rapid.MapOfN(rapid.SampledFrom(from), rapid.SampledFrom([]string{"view", "edit", "none", "EDIT", "view "}), 0, 2).Draw(t, label)
}

func account(t *rapid.T, n names) string {
	if rapid.IntRange(0, 4).Draw(t, "foreign") == 4 {
		return pick(t, n.accounts, "account")
	}
	return n.accounts[0]
}

func drawPeople(t *rapid.T, l layout, n names, ids []string, label string) (people []person) {
	taken := map[string]bool{}
	for i := range several(t, 4, 8, label) {
		p := person{seq: i + 1, id: pick(t, ids, label), account: account(t, n), updated: rapid.IntRange(never, 3).Draw(t, "updated")}
		key := p.id
		if l.perAccount {
			key += "\x00" + p.account
		}
		if taken[key] {
			continue
		}
		taken[key] = true
		p.owner = drawOptional(t, l, n.agents, label+" owner")
		text := layout{ids: "text"}
		p.user, p.territory = drawOptional(t, text, n.users, label+" user"), drawOptional(t, text, n.territories, label+" territory")
		p.worksAt = drawOptional(t, l, n.companies, label+" company")
		p.team = drawTexts(t, n.users, label+" team")
		if l.perAccount {
			p.foreignTeammates = rapid.SliceOfN(rapid.SampledFrom(n.users), 0, 1).Draw(t, label+" foreign team")
		}
		people = append(people, p)
	}
	return people
}

// id returns the thing's ID.
func (l layout) id(n int) string {
	switch l.ids {
	case "text":
		return "t" + strconv.Itoa(n)
	case "integer":
		return strconv.Itoa(n)
	default:
		return fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
	}
}

// ---- the things as resources

func or[ID ~string](p *string) ID {
	if p == nil {
		return ""
	}
	return ID(*p)
}

// requester returns the thing's requester.
func (w *dataset) requester(l layout, r row) *deskpolicy.Contact {
	switch id := or[deskpolicy.ContactID](r.requesterID); {
	case id == "":
		return nil
	case l.crm == "none":
		return &deskpolicy.Contact{ID: id, Account: deskpolicy.AccountID(r.account)}
	default:
		for _, p := range w.contacts {
			if p.id == string(id) && (!l.perAccount || p.account == r.account) {
				c := p.contact()
				return &c
			}
		}
		return nil
	}
}

func (p person) record() deskpolicy.CRMRecord {
	return deskpolicy.CRMRecord{Owner: or[deskpolicy.CRMUserID](p.user), Territory: or[deskpolicy.TerritoryID](p.territory), Team: accessesOf[deskpolicy.CRMUserID](p.team)}
}

// accessesOf returns those of the texts that are an Access.
func accessesOf[ID ~string](texts map[string]string) map[ID]deskpolicy.Access {
	accesses := map[ID]deskpolicy.Access{}
	for id, text := range texts {
		var a deskpolicy.Access
		if a.UnmarshalText([]byte(text)) == nil {
			accesses[ID(id)] = a
		}
	}
	return accesses
}

func (p person) contact() deskpolicy.Contact {
	return deskpolicy.Contact{ID: deskpolicy.ContactID(p.id), Account: deskpolicy.AccountID(p.account), Owner: or[deskpolicy.AgentID](p.owner), Company: or[deskpolicy.CompanyID](p.worksAt), CRM: p.record()}
}

func (p person) company() deskpolicy.Company {
	return deskpolicy.Company{ID: deskpolicy.CompanyID(p.id), Account: deskpolicy.AccountID(p.account), Owner: or[deskpolicy.AgentID](p.owner), CRM: p.record()}
}

func (w *dataset) ticket(l layout, r row) deskpolicy.Ticket {
	mentions := map[deskpolicy.AgentID]bool{}
	for _, m := range r.mentions {
		mentions[deskpolicy.AgentID(m)] = true
	}
	return deskpolicy.Ticket{
		ID: deskpolicy.TicketID(r.id), Account: deskpolicy.AccountID(r.account), Workspace: or[deskpolicy.WorkspaceID](r.workspace),
		Group: or[deskpolicy.GroupID](r.group), Assignee: or[deskpolicy.AgentID](r.assignee), Requester: w.requester(l, r), Mentions: mentions,
		Participants: accessesOf[deskpolicy.AgentID](r.participants), CCs: accessesOf[deskpolicy.ContactID](r.ccs),
	}
}

// ---- the tables

var allTables = []string{"things", "contacts", "companies", "mentions", "participants", "ccs", "team", "company_team"}

// tables creates the tables of the layout.
func (s server) tables(t testing.TB, l layout) {
	id, key, text, at := s.types(l)
	mentions := text
	switch {
	case l.mentions == "array":
		mentions = id + "[]"
	case l.mentions == "json" && s.dialect == sqlfilter.PostgreSQL:
		mentions = "jsonb"
	case l.mentions == "json" && s.dialect == sqlfilter.MariaDB:
		mentions = "json"
	}
	for _, table := range allTables {
		run(t, s.DB, "DROP TABLE IF EXISTS "+table)
	}
	run(t, s.DB, fmt.Sprintf(`CREATE TABLE things (seq integer PRIMARY KEY, id %[2]s NOT NULL, account %[1]s NOT NULL, workspace %[1]s, grp %[1]s, assignee %[1]s, owner %[1]s,
		requester %[1]s, mentions %[3]s, updated %[4]s)`, id, key, mentions, at))
	run(t, s.DB, "CREATE INDEX things_group ON things (account, workspace, grp, updated, id)")
	run(t, s.DB, "CREATE INDEX things_assignee ON things (account, workspace, assignee, updated, id)")
	run(t, s.DB, "CREATE INDEX things_requester ON things (account, workspace, requester, updated, id)")
	for _, table := range []string{"contacts", "companies"} {
		run(t, s.DB, fmt.Sprintf(`CREATE TABLE %[1]s (seq integer PRIMARY KEY, id %[3]s NOT NULL, account %[2]s NOT NULL, owner %[2]s, crm_user %[4]s, territory %[4]s, updated %[5]s, company %[2]s)`, table, id, key, text, at))
		run(t, s.DB, fmt.Sprintf("CREATE INDEX %[1]s_id ON %[1]s (account, id)", table))
	}
	run(t, s.DB, fmt.Sprintf("CREATE TABLE mentions (account %[1]s, thing %[1]s, agent %[1]s)", id))
	run(t, s.DB, "CREATE INDEX mentions_agent ON mentions (agent, thing)")
	for _, table := range []string{"participants", "ccs"} {
		run(t, s.DB, fmt.Sprintf("CREATE TABLE %[1]s (account %[2]s, thing %[2]s, member %[2]s, access %[3]s)", table, id, text))
		run(t, s.DB, fmt.Sprintf("CREATE INDEX %[1]s_member ON %[1]s (member, thing)", table))
	}
	for _, table := range []string{"team", "company_team"} {
		run(t, s.DB, fmt.Sprintf("CREATE TABLE %[1]s (account %[2]s, customer %[2]s, member %[3]s, access %[3]s)", table, id, text))
	}
}

// types returns the database types of ID columns, of the primary key, of text and of
// the order's column.
func (s server) types(l layout) (id, key, text, at string) {
	text, at = "text", "bigint"
	switch s.dialect {
	case sqlfilter.MariaDB:
		text = "varchar(64)" // compares case-insensitively
	case sqlfilter.SQLite:
		text = "text COLLATE NOCASE"
	}
	if l.times {
		at = map[sqlfilter.Dialect]string{sqlfilter.PostgreSQL: "timestamptz", sqlfilter.MariaDB: "datetime(6)", sqlfilter.SQLite: "text"}[s.dialect]
	}
	switch {
	case l.ids == "integer":
		return "bigint", "bigint", text, at
	case l.ids == "uuid" && s.dialect == sqlfilter.SQLite:
		return "text", "text", text, at
	case l.ids == "uuid":
		return "uuid", "uuid", text, at
	case s.dialect == sqlfilter.MariaDB:
		return text, "varchar(64) COLLATE utf8mb4_nopad_bin", text, at
	case s.dialect == sqlfilter.SQLite:
		return text, "text", text, at
	default:
		return text, text, text, at
	}
}

// value returns the value to insert for a name.
func value[ID ~string](p *ID) any {
	if p == nil {
		return nil
	}
	return string(*p)
}

// fill replaces the rows of the tables with those of the dataset.
func (s server) fill(t testing.TB, l layout, w dataset) {
	for _, table := range allTables {
		run(t, s.DB, "DELETE FROM "+table)
	}
	var things, mentions, participants, ccs [][]any
	for _, r := range w.things {
		things = append(things, []any{
			r.seq, r.id, r.account, value(r.workspace), value(r.group), value(r.assignee), value(r.owner), value(r.requesterID),
			s.mentionsOf(l, r), s.at(l, r.updated),
		})
		for agent, access := range r.participants {
			participants = append(participants, []any{r.account, r.id, agent, access})
		}
		for contact, access := range r.ccs {
			ccs = append(ccs, []any{r.account, r.id, contact, access})
		}
		if l.mentions == "table" {
			for _, m := range r.mentions {
				mentions = append(mentions, []any{r.account, r.id, m}, []any{r.account, r.id, m})
			}
		}
	}
	s.insert(t, "things", things)
	s.insert(t, "mentions", mentions)
	s.insert(t, "participants", participants)
	s.insert(t, "ccs", ccs)
	s.fillPeople(t, l, "contacts", "team", w.contacts)
	s.fillPeople(t, l, "companies", "company_team", w.companies)
}

func (s server) fillPeople(t testing.TB, l layout, table, team string, all []person) {
	var people, teams [][]any
	for _, p := range all {
		people = append(people, []any{p.seq, p.id, p.account, value(p.owner), value(p.user), value(p.territory), s.at(l, p.updated), value(p.worksAt)})
		for user, access := range p.team {
			teams = append(teams, []any{p.account, p.id, user, access})
		}
		for _, user := range p.foreignTeammates {
			if other := namesOf(l).accounts[1]; !slices.ContainsFunc(all, func(q person) bool { return q.id == p.id && q.account == other }) && p.account != other {
				teams = append(teams, []any{other, p.id, user, "edit"})
			}
		}
	}
	s.insert(t, table, people)
	s.insert(t, team, teams)
}

// at returns the value of the order's column.
func (s server) at(l layout, n int) any {
	at := time.Date(2026, 11, 3, 8, 0, 0, 1000*n, time.UTC)
	switch {
	case n == never:
		return nil
	case !l.times:
		return n
	case s.dialect == sqlfilter.SQLite:
		return at.Format(time.RFC3339Nano)
	default:
		return at
	}
}

// mentionsOf returns the value of the column of mentions.
func (s server) mentionsOf(l layout, r row) any {
	switch {
	case l.mentions == "json" && r.mentions == nil:
		return nil
	case l.mentions == "json" && l.ids == "integer":
		return "[" + strings.Join(r.mentions, ",") + "]"
	case l.mentions == "json":
		text, _ := json.Marshal(r.mentions)
		return string(text)
	case l.mentions == "array":
		escaped := []string{}
		for _, m := range r.mentions {
			escaped = append(escaped, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(m)+`"`)
		}
		return "{" + strings.Join(escaped, ",") + "}"
	default:
		return nil
	}
}

// ---- descriptions of the tables

func (l layout) column(name string) sqlfilter.Column {
	switch l.ids {
	case "text":
		return sqlfilter.TextColumn(name)
	case "integer":
		return sqlfilter.IntegerColumn(name)
	default:
		return sqlfilter.UUIDColumn(name)
	}
}

func (l layout) accountColumn() (c sqlfilter.Column) {
	if !l.oneAccount {
		c = l.column("account")
	}
	return c
}

// describe describes the table of things, without the columns that R does not have.
func describe[R deskpolicy.Resource](l layout, alias string) sqlfilter.Table[R] {
	table := sqlfilter.Table[R]{
		Name: "things", Alias: alias, ID: l.column("id"), Account: l.accountColumn(),
		Assignee: l.column("assignee"), Owner: l.column("owner"), GloballyUniqueIDs: !l.perAccount,
		NoneConfidential: true,
	}
	if l.oneAccount {
		table.SingleAccount = deskpolicy.AccountID(namesOf(l).accounts[0])
	}
	if !l.bare {
		table.Workspace, table.Group = l.column("workspace"), l.column("grp")
	}
	return table
}

func describeTickets[R deskpolicy.Resource](l layout, alias string) sqlfilter.Table[R] {
	table := describe[R](l, alias)
	table.Requester = l.column("requester")
	switch l.mentions {
	case "array":
		table.Mentions.Array = l.column("mentions")
	case "json":
		table.Mentions.JSON = l.column("mentions")
	case "table":
		table.Mentions = sqlfilter.MentionColumns{Table: "mentions", Ticket: l.column("thing"), Agent: l.column("agent")}
		if l.perAccount {
			table.Mentions.Account = l.accountColumn()
		}
	}
	if l.crm == "joined" {
		table.CRM = l.crmIn("contacts", "team")
		table.CRM.Company, table.CRM.DeskOwner = l.column("company"), l.column("owner")
		table.Participants, table.CCs = l.participantsIn("participants"), l.participantsIn("ccs")
	}
	return table
}

// participantsIn describes a table of participants or CCs.
func (l layout) participantsIn(table string) sqlfilter.ParticipantTable {
	p := sqlfilter.ParticipantTable{Table: table, Ticket: l.column("thing"), Participant: l.column("member"), Access: sqlfilter.TextColumn("access")}
	if l.perAccount {
		p.Account = l.accountColumn()
	}
	return p
}

// crmIn describes a CRM in a table of customers.
func (l layout) crmIn(table, team string) sqlfilter.CRMTable {
	crm := sqlfilter.CRMTable{Owner: sqlfilter.TextColumn("crm_user"), Territory: sqlfilter.TextColumn("territory")}
	if table != "" {
		crm.Table, crm.ID, crm.Account, crm.RequesterForeignKey = table, l.column("id"), l.accountColumn(), l.referenced
	}
	crm.Team = sqlfilter.TeamTable{Table: team, Customer: l.column("customer"), User: sqlfilter.TextColumn("member"), Access: sqlfilter.TextColumn("access")}
	if l.perAccount {
		crm.Team.Account = l.accountColumn()
	}
	return crm
}

// describePeople describes a table of customers. What the CRM knows of them is in the
// same row or, if aside, in a joined row with the same ID.
func describePeople[R deskpolicy.Resource](l layout, name, team string, aside bool) sqlfilter.Table[R] {
	table := sqlfilter.Table[R]{
		Name: name, ID: l.column("id"), Account: l.accountColumn(), Assignee: l.column("owner"), Owner: l.column("owner"), GloballyUniqueIDs: !l.perAccount,
		NoneConfidential: true,
	}
	if l.oneAccount {
		table.SingleAccount = deskpolicy.AccountID(namesOf(l).accounts[0])
	}
	if aside {
		table.CRM = l.crmIn(name, team)
	} else {
		table.CRM = l.crmIn("", team)
	}
	return table
}
