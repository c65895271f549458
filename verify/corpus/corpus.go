// Package corpus reads the frozen corpus: requests and their decisions, in files that
// implementations in other languages can read as well. docs/corpus.md documents them.
package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A Corpus holds requests and the world that they refer to.
type Corpus struct {
	World    World
	Requests []*Request
}

// A World holds what requests refer to by ID, in world.json.
type World struct {
	Format    int                  `json:"format"`
	Actions   map[string]Action    `json:"actions"`
	Accounts  map[string]*Account  `json:"accounts"`
	Roles     map[string]*Role     `json:"roles"`
	Grants    map[string]*Grant    `json:"grants"`
	Subjects  map[string]*Subject  `json:"subjects"`
	Resources map[string]*Resource `json:"resources"`
}

// Format is the version of the file format.
const Format = 1

// An Action holds the properties of an action that the rules use.
type Action struct {
	On       string   `json:"on"` // the kind of resource
	Need     string   `json:"need"`
	Category string   `json:"category"`
	Feature  string   `json:"feature,omitempty"`
	Own      bool     `json:"own,omitempty"`
	Public   bool     `json:"public,omitempty"` // open to customers
	Classes  []string `json:"classes,omitempty"`
}

// An Account is a customer of the helpdesk.
type Account struct {
	ID             string   `json:"id,omitempty"`
	Features       []string `json:"features,omitempty"`
	Integrated     bool     `json:"integrated,omitempty"`
	Authors        bool     `json:"role_authors_by_permission,omitempty"`
	Workspaces     []string `json:"workspaces,omitempty"` // the open ones
	Administrators []string `json:"administrators,omitempty"`
}

// A Role is a built-in role, or a custom one of an account.
type Role struct {
	Name        string   `json:"name"`
	Account     string   `json:"account,omitempty"` // the account's own ID, not a key of the table
	Permissions []string `json:"permissions"`
}

// A Binding is a role that a subject holds.
type Binding struct {
	Role        string `json:"role,omitempty"`
	Workspace   string `json:"workspace,omitempty"`
	Group       string `json:"group,omitempty"`
	TicketScope string `json:"ticket_scope,omitempty"`
	Window      string `json:"window,omitempty"` // an interval of ISO 8601, with ".." for an open side, or "never"; "" is always
}

// A Grant is a support grant.
type Grant struct {
	ID         string              `json:"id"`
	Account    string              `json:"account"`
	By         string              `json:"by"`
	Start      string              `json:"start"`
	End        string              `json:"end"`
	Revoked    string              `json:"revoked,omitempty"`
	Roles      []string            `json:"roles"`
	Workspaces map[string][]string `json:"workspaces,omitempty"`
	Engineers  []Engineer          `json:"engineers"`
}

// An Engineer is a support engineer that a support grant admits.
type Engineer struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

// A Limit is one limit of a delegate.
type Limit struct {
	Permissions []string `json:"permissions,omitempty"` // as of a Role
	Workspaces  []string `json:"workspaces,omitempty"`  // as of a Binding
	Window      string   `json:"window,omitempty"`      // as of a Binding
}

// An Actor is who acts for the principal of a delegate.
type Actor struct {
	Kind string `json:"kind,omitempty"` // key, integration, ai, person; "" is none
	ID   string `json:"id,omitempty"`
}

// A Subject is a subject, a recipient or an agent that is acted on.
type Subject struct {
	Kind        string            `json:"kind"`              // agent, shared_agent, customer, delegate, crm_user, support_session
	ID          string            `json:"id,omitempty"`      // of a customer, that of its contact
	Account     string            `json:"account,omitempty"` // of a delegate, that of its principal
	Deactivated bool              `json:"deactivated,omitempty"`
	Now         string            `json:"now,omitempty"` // when the subject asks, but for a support session; "" is no instant
	Bindings    []Binding         `json:"bindings,omitempty"`
	Groups      map[string]string `json:"groups,omitempty"`
	Contact     string            `json:"contact,omitempty"` // the agent's own, as one who asks
	Company     string            `json:"company,omitempty"`
	CRM         *User             `json:"crm,omitempty"`       // of a shared agent and a CRM user
	Grant       string            `json:"grant,omitempty"`     // of a support session; "" if it has no grant
	Principal   string            `json:"principal,omitempty"` // of a delegate: a key of the table
	Actor       *Actor            `json:"actor,omitempty"`     // of a delegate
	Limits      []Limit           `json:"limits,omitempty"`    // of a delegate
}

// A User is a CRM user.
type User struct {
	ID          string            `json:"id,omitempty"`
	Deactivated bool              `json:"deactivated,omitempty"`
	Sees        string            `json:"sees,omitempty"`
	Territories []string          `json:"territories,omitempty"`
	Parents     map[string]string `json:"parents,omitempty"`
	Contacts    map[string]string `json:"contacts,omitempty"`
	Companies   map[string]string `json:"companies,omitempty"`
	AsOf        string            `json:"as_of,omitempty"`   // when the CRM said so; "" is no instant
	MaxAge      int               `json:"max_age,omitempty"` // in seconds
}

// A Resource is a resource. Its kind determines which fields it can have.
type Resource struct {
	Kind         string            `json:"kind"`
	ID           string            `json:"id,omitempty"`
	Account      string            `json:"account,omitempty"` // the account's own ID, not a key of the table
	Workspace    string            `json:"workspace,omitempty"`
	Group        string            `json:"group,omitempty"`
	Assignee     string            `json:"assignee,omitempty"`
	Author       string            `json:"author,omitempty"`
	Record       *Record           `json:"crm,omitempty"`
	Requester    *Resource         `json:"requester,omitempty"`
	Mentions     map[string]bool   `json:"mentions,omitempty"`
	Participants map[string]string `json:"participants,omitempty"`
	CCs          map[string]string `json:"ccs,omitempty"`
	Confidential bool              `json:"confidential,omitempty"`
	Company      string            `json:"company,omitempty"` // of a contact
	From         *Resource         `json:"from,omitempty"`
	Into         *Resource         `json:"into,omitempty"`
	Part         *Resource         `json:"part,omitempty"`
	Subject      string            `json:"subject,omitempty"` // a key of the table: the agent that is acted on, or the recipient
	Team         *Team             `json:"team,omitempty"`
	Access       string            `json:"access,omitempty"`
	Binding      *Binding          `json:"binding,omitempty"`
	Role         string            `json:"role,omitempty"`
	Grant        string            `json:"grant,omitempty"`
}

// A Record is the CRM record of a contact or company.
type Record struct {
	Owner     string            `json:"owner,omitempty"`
	Territory string            `json:"territory,omitempty"`
	Team      map[string]string `json:"team,omitempty"`
}

// A Team is a group of agents.
type Team struct {
	ID      string `json:"id,omitempty"`
	Account string `json:"account,omitempty"`
}

// A Request is a request and its decision: a line of requests.jsonl.
type Request struct {
	ID       int    `json:"id"`
	Subject  string `json:"subject,omitempty"`
	Action   string `json:"action"`
	Resource string `json:"resource,omitempty"`
	Instant  string `json:"instant,omitempty"` // of a support session
	Expected
}

// Expected is the decision on a request.
type Expected struct {
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason"`
	Role    string `json:"role,omitempty"`
	Scope   string `json:"scope,omitempty"`
	Until   string `json:"until,omitempty"`
}

const (
	worldFile    = "world.json"
	requestsFile = "requests.jsonl"
)

// Read reads the corpus in the directory. The files must be exactly as Write writes them,
// byte for byte, so that Read misses nothing.
func Read(dir string) (*Corpus, error) {
	world, err := os.ReadFile(filepath.Join(dir, worldFile))
	if err != nil {
		return nil, err
	}
	requests, err := os.ReadFile(filepath.Join(dir, requestsFile))
	if err != nil {
		return nil, err
	}
	c := &Corpus{}
	if err := decode(world, &c.World); err != nil {
		return nil, fmt.Errorf("%s: %w", worldFile, err)
	}
	lines := json.NewDecoder(bytes.NewReader(requests))
	lines.DisallowUnknownFields()
	for {
		r := new(Request)
		if err := lines.Decode(r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("%s after request %d: %w", requestsFile, len(c.Requests), err)
		}
		c.Requests = append(c.Requests, r)
	}
	if !bytes.Equal(c.World.encode(), world) {
		return nil, fmt.Errorf("%s differs from what Write writes; run go test ./corpus -update", worldFile)
	}
	if !bytes.Equal(c.encodeRequests(), requests) {
		return nil, fmt.Errorf("%s differs from what Write writes; run go test ./corpus -update", requestsFile)
	}
	return c, c.check()
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Write writes the corpus to the directory. Each entry of a table, permission of a built-in
// role and request has its own line, so that an addition does not change other lines.
func (c *Corpus) Write(dir string) error {
	return errors.Join(
		os.MkdirAll(dir, 0o755),
		os.WriteFile(filepath.Join(dir, worldFile), c.World.encode(), 0o644),
		os.WriteFile(filepath.Join(dir, requestsFile), c.encodeRequests(), 0o644),
	)
}

func (c *Corpus) encodeRequests() []byte {
	var lines bytes.Buffer
	for _, r := range c.Requests {
		lines.Write(line(r))
		lines.WriteByte('\n')
	}
	return lines.Bytes()
}

func (w World) encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"format\":%d", w.Format)
	table(&b, "actions", w.Actions)
	table(&b, "accounts", w.Accounts)
	table(&b, "roles", w.Roles)
	table(&b, "grants", w.Grants)
	table(&b, "subjects", w.Subjects)
	table(&b, "resources", w.Resources)
	b.WriteString("\n}\n")
	return b.Bytes()
}

// table writes a table with an entry on each line, in the order of the keys.
func table[T any](b *bytes.Buffer, name string, entries map[string]T) {
	fmt.Fprintf(b, "\n,%q:{", name)
	separator := "\n"
	for _, key := range sortedKeys(entries) {
		fmt.Fprintf(b, "%s%s:%s", separator, line(key), entry(entries[key]))
		separator = "\n,"
	}
	b.WriteString("\n}")
}

// entry returns an entry of a table: one line, or one for each permission of a built-in role.
func entry(value any) []byte {
	if role, is := value.(*Role); is && role.Account == "" {
		return bytes.ReplaceAll(line(value), []byte(`","`), []byte("\"\n,\""))
	}
	return line(value)
}

// line returns the value as JSON. None of these values can fail to encode.
func line(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// Revision identifies the decisions on the first n requests: it is the first twelve digits
// of the SHA-256 of their lines. CHANGELOG.md names it.
func (c *Corpus) Revision(n int) string {
	first := Corpus{Requests: c.Requests[:n]}
	return fmt.Sprintf("%x", sha256.Sum256(first.encodeRequests()))[:12]
}
