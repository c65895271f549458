package deskpolicy

// A cell of deskTable says whether a role permits an action, at which scope, and whether
// a document says so. To read a document differently, change the cells.
type cell uint8

const (
	___  cell = iota // denied: no document mentions it
	not              // denied: a document says so
	doc              // permitted at Global: a document says so
	inf              // permitted at Global: inferred
	docG             // permitted at Group: a document says so
	infG             // permitted at Group: inferred
	infP             // permitted at inTouch: inferred
)

// scope returns the scope at which the cell permits the action, or the zero Scope.
func (c cell) scope() Scope {
	switch c {
	case doc, inf:
		return ScopeGlobal
	case docG, infG:
		return ScopeGroup
	case infP:
		return inTouch
	default:
		return 0
	}
}

// inTouch is the scope at which built-in roles reach what is confidential (A52).
const inTouch = Assigned | Requested | Participating | Mentioned

// deskRole returns the built-in role with the permissions in a column of deskTable.
func deskRole(name BuiltInRoleName, column int) Role {
	var all []Permission
	for id, row := range deskTable {
		all = append(all, ActionID(id).At(row[column].scope()))
	}
	return builtIn(name, all)
}

// deskTable holds what the desk's roles permit, with a row for each action and a column
// for each role. An action without a row is denied. Two roles have no column: the account
// administrator has everything [R5], and the administrator has everything except role
// authoring [R4].
//
// The comments name the sources: numbered statements in the documents and, with "P:",
// other public pages about the same products. docs/requirements.md lists both.
var deskTable = [...][5]cell{
	//                    Agent Supervisor TicketCollab. AnalyticsCollab. SharedAgent
	TicketView:               {doc, doc, doc, doc, doc}, // P:FD-roles S7
	TicketCreate:             {inf, inf, not, not, ___}, // P:FD-collab S44
	TicketReply:              {doc, doc, not, not, doc}, // P:FD-roles P:FD-collab S25
	TicketNotePublic:         {inf, inf, not, not, doc}, // P:FD-collab S26
	TicketNotePrivate:        {doc, doc, doc, doc, doc}, // P:FD-custom
	TicketMention:            {inf, inf, inf, inf, inf},
	TicketPrint:              {inf, inf, inf, inf, inf},
	TicketWatch:              {inf, inf, doc, doc, inf}, // P:FD-collab
	TicketChildCreate:        {inf, inf, ___, ___, ___}, // S44
	TicketForward:            {inf, inf, doc, doc, ___}, // P:FD-collab S44
	TicketPropertiesEdit:     {doc, doc, not, not, doc}, // P:FD-roles P:FD-collab S9
	TicketStatusSet:          {inf, inf, not, not, inf}, // a ticket property; collaborators only "send and set as"
	TicketClose:              {inf, inf, not, not, inf}, // as TicketStatusSet (A63)
	TicketReopen:             {inf, inf, not, not, inf}, // as TicketStatusSet (A63)
	TicketTagEdit:            {inf, inf, not, not, inf}, // a ticket property
	TicketLink:               {inf, inf, ___, ___, ___},
	TicketAssign:             {doc, doc, ___, ___, not}, // P:FD-roles S39
	TicketRoute:              {doc, doc, ___, ___, not}, // P:FD-roles S39, as TicketAssign
	TicketBeAssigned:         {doc, doc, not, not, not}, // P:FD-roles S27 S43; collaborators secondary only (A4)
	TicketMove:               {inf, inf, ___, ___, ___},
	TicketMerge:              {inf, inf, ___, ___, ___}, // S44
	TicketSplit:              {inf, inf, ___, ___, ___}, // S44
	TicketNoteRead:           {inf, inf, inf, inf, inf}, // who adds private notes reads them
	TicketNoteEditOwn:        {inf, inf, inf, inf, inf},
	TicketNoteEditAny:        {___, inf, ___, ___, ___},
	TicketMessageDelete:      {___, inf, ___, ___, ___},
	TicketSpam:               {___, inf, ___, ___, ___}, // S44; agents by custom role
	TicketDelete:             {___, inf, ___, ___, ___}, // S44; agents by custom role
	TicketRestore:            {___, inf, ___, ___, ___},
	TicketExport:             {___, inf, ___, ___, ___},      // S44
	TicketAttach:             {doc, doc, inf, inf, doc},      // S4 S5
	TicketTemplateUse:        {doc, doc, not, not, doc},      // S4 S5 P:FD-collab
	TicketDependentFieldsUse: {doc, doc, inf, inf, doc},      // S4 S5
	TicketDynamicSectionsUse: {doc, doc, inf, inf, doc},      // S4 S5
	TicketCollaborate:        {doc, doc, inf, inf, doc},      // S4 S5
	TicketConfidential:       {infP, infP, infP, infP, infP}, // A52
	CannedResponseUse:        {doc, doc, inf, inf, doc},      // S4 S5
	CannedResponseManage:     {___, inf, ___, ___, ___},
	ScenarioRun:              {inf, inf, not, not, ___}, // P:FD-collab S44
	TicketListManageOwn:      {inf, inf, doc, doc, ___}, // P:FD-collab S44
	TicketListManageShared:   {___, inf, ___, ___, ___},
	TimeView:                 {inf, inf, inf, inf, ___},
	TimeLogOwn:               {inf, inf, doc, doc, ___}, // P:FD-collab S44
	TimeEditAny:              {___, inf, ___, ___, ___}, // S44

	ChannelPhoneUse: {inf, inf, not, not, not}, // P:FD-collab S28 S43
	ChannelChatUse:  {inf, inf, not, not, not}, // P:FD-collab S29 S43

	ArticleView:           {inf, inf, doc, doc, doc}, // P:FD-collab S30
	ArticleDraft:          {doc, doc, not, not, not}, // P:FD-custom P:FD-collab S31
	ArticleEdit:           {___, inf, not, not, not}, // S31; agents by custom role
	ArticleApprove:        {___, inf, ___, ___, ___},
	ArticlePublish:        {___, inf, not, not, not}, // S31; agents by custom role
	ArticleDelete:         {___, inf, ___, ___, ___},
	ArticleCategoryManage: {___, inf, ___, ___, ___},
	FAQView:               {inf, inf, inf, inf, ___},
	FAQCreate:             {___, inf, ___, ___, ___},
	FAQEdit:               {___, inf, ___, ___, ___},

	TopicView:     {inf, inf, ___, ___, doc}, // S32
	TopicCreate:   {inf, inf, not, not, inf}, // P:FD-collab "posts"; S33 needs topics of their own
	TopicEditOwn:  {inf, inf, not, not, doc}, // P:FD-collab S33
	TopicEditAny:  {___, inf, not, not, not}, // S33
	TopicDelete:   {___, inf, ___, ___, ___},
	TopicModerate: {___, inf, ___, ___, ___},
	ForumManage:   {___, inf, ___, ___, not}, // S34

	ContactView:        {doc, inf, doc, doc, doc}, // P:FD-roles P:FD-collab S37
	ContactCreate:      {doc, inf, not, not, doc}, // P:FD-collab S35
	ContactEdit:        {doc, inf, not, not, doc}, // P:FD-collab S36
	ContactDelete:      {___, inf, ___, ___, ___},
	ContactMerge:       {___, inf, ___, ___, ___},
	ContactImpersonate: {___, ___, not, not, ___}, // P:FD-collab S44
	CompanyView:        {doc, inf, doc, doc, doc}, // P:FD-collab S37
	CompanyEdit:        {inf, inf, not, not, ___}, // P:FD-collab S44
	SegmentManage:      {___, inf, ___, ___, ___},
	PeopleView:         {inf, inf, ___, ___, ___},

	ReportView:      {___, doc, not, doc, not}, // P:FD-roles P:FD-collab S38; P:FD-share, which gives it to agents, is not followed
	ReportCreate:    {___, doc, not, not, not}, // P:FD-roles P:FD-collab S38
	ReportEdit:      {___, inf, ___, ___, ___},
	ReportSchedule:  {___, inf, ___, ___, ___},
	ReportExport:    {___, inf, ___, ___, ___},
	DashboardView:   {___, inf, not, not, ___},
	DashboardManage: {___, infG, not, not, not}, // P:FD-collab S38

	AppUse: {inf, inf, doc, doc, doc}, // P:FD-collab S40

	ProfileEditOwn: {inf, inf, inf, inf, inf},

	AgentView:         {not, not, ___, ___, not}, // P:FD-roles S39
	AgentCreate:       {not, not, ___, ___, not}, // P:FD-roles S39
	AgentEdit:         {not, not, ___, ___, not}, // P:FD-roles S39
	AgentDeactivate:   {not, not, ___, ___, not}, // P:FD-roles S39
	AgentDelete:       {not, not, ___, ___, not}, // P:FD-roles S39
	AgentImpersonate:  {not, not, ___, ___, not}, // P:FD-hier-a
	AgentKeyManage:    {not, not, ___, ___, not},
	AgentRoleAssign:   {not, not, ___, ___, not}, // P:FD-roles S39
	AgentRoleRemove:   {not, not, ___, ___, not}, // P:FD-roles S39
	AgentScopeEdit:    {not, not, ___, ___, not}, // S17 S39
	AgentGroupAssign:  {not, not, ___, ___, not}, // S18 S39
	SharedAgentView:   {not, not, ___, ___, not}, // S10 S39
	SharedAgentEdit:   {not, not, ___, ___, not}, // S10 S39
	SharedAgentDelete: {not, not, ___, ___, not}, // S42 S39

	SharedAgentKeyManage: {not, not, ___, ___, not}, // S39
	ContactKeyManage:     {___, ___, ___, ___, not}, // S39

	GroupManage:          {not, not, ___, ___, not},  // P:FD-roles S39
	AutomationManage:     {not, not, ___, ___, not},  // P:FD-roles S39
	AssignmentRuleManage: {not, docG, ___, ___, not}, // P:FD-roles: supervisors for their own groups; S39
	SLAManage:            {not, not, ___, ___, not},  // P:FD-roles S39
	SettingsManage:       {not, not, ___, ___, not},  // P:FD-roles S39
	PortalManage:         {not, not, ___, ___, not},  // P:FD-roles S39
	ChannelManage:        {not, not, ___, ___, not},  // P:FD-roles S39
	WorkspaceManage:      {not, not, ___, ___, not},  // P:FD-roles S39

	AccountManage: {not, not, ___, ___, not}, // P:FD-roles
	BillingManage: {not, not, ___, ___, not}, // P:FD-roles
}
