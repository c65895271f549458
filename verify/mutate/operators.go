package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// tokenOperators are the operators that replace a token by another: all those of gremlins
// except invert-negatives, with its names.
var tokenOperators = []struct {
	name string
	to   map[token.Token]token.Token
}{
	{"conditionals-boundary", map[token.Token]token.Token{
		token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	}},
	{"conditionals-negation", map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
	}},
	{"arithmetic-base", map[token.Token]token.Token{
		token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
	}},
	{"invert-logical", map[token.Token]token.Token{token.LAND: token.LOR, token.LOR: token.LAND}},
	{"invert-bitwise", map[token.Token]token.Token{
		token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.AND_NOT: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
	}},
	{"increment-decrement", map[token.Token]token.Token{token.INC: token.DEC, token.DEC: token.INC}},
	{"invert-assignments", map[token.Token]token.Token{
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN, token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	}},
	{"invert-bitwise-assignments", map[token.Token]token.Token{
		token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.XOR_ASSIGN: token.AND_ASSIGN,
		token.AND_NOT_ASSIGN: token.AND_ASSIGN, token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
	}},
	{"remove-self-assignments", map[token.Token]token.Token{
		token.ADD_ASSIGN: token.ASSIGN, token.SUB_ASSIGN: token.ASSIGN, token.MUL_ASSIGN: token.ASSIGN, token.QUO_ASSIGN: token.ASSIGN,
		token.REM_ASSIGN: token.ASSIGN, token.AND_ASSIGN: token.ASSIGN, token.OR_ASSIGN: token.ASSIGN, token.XOR_ASSIGN: token.ASSIGN,
		token.AND_NOT_ASSIGN: token.ASSIGN, token.SHL_ASSIGN: token.ASSIGN, token.SHR_ASSIGN: token.ASSIGN,
	}},
	{"invert-loopctrl", map[token.Token]token.Token{token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK}},
}

func (f *finder) tokens(n ast.Node, at token.Pos, tok token.Token) {
	for _, operator := range tokenOperators {
		if to, has := operator.to[tok]; has {
			f.swapToken(operator.name, n, at, tok, to)
		}
	}
}

// constant records the mutants of a constant's value.
func (f *finder) constant(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		f.tokens(n, n.OpPos, n.Op)
	case *ast.UnaryExpr:
		f.unary(n)
	case *ast.BasicLit:
		f.literal(n, nil)
	}
}

func (f *finder) binary(n *ast.BinaryExpr, stack []ast.Node) {
	f.tokens(n, n.OpPos, n.Op)
	switch n.Op {
	case token.LAND, token.LOR:
		f.replace("drop-operand", n, f.text(n.X))
		f.replace("drop-operand", n, f.text(n.Y))
		f.negate(n.X)
		f.negate(n.Y)
	case token.OR, token.AND, token.AND_NOT, token.ADD, token.SUB, token.MUL, token.QUO, token.REM:
		f.replace("drop-operand", n, f.text(n.X))
		if n.Op != token.AND_NOT {
			f.replace("drop-operand", n, f.text(n.Y))
		}
	}
}

// negate records the negation of a condition. Comparisons are negated by their token.
func (f *finder) negate(cond ast.Expr) {
	switch cond := cond.(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr:
	case *ast.ParenExpr:
		f.negate(cond.X)
	default:
		f.replace("negate-condition", cond, "!("+f.text(cond)+")")
	}
}

// condition records the mutants true, false and the negation of a condition.
func (f *finder) condition(cond ast.Expr) {
	if cond == nil || !isBool(f.info.TypeOf(cond)) {
		return
	}
	for _, always := range []string{"true", "false"} {
		if f.text(cond) != always {
			f.replace("condition-"+always, cond, always)
		}
	}
	f.negate(cond)
}

func (f *finder) unary(n *ast.UnaryExpr) {
	switch n.Op {
	case token.NOT:
		f.replace("remove-not", n, f.text(n.X))
	case token.SUB:
		f.swapToken("invert-negatives", n, n.OpPos, token.SUB, token.ADD)
	case token.ADD, token.XOR:
		f.tokens(n, n.OpPos, n.Op)
	}
}

// ident records the neighbours of a constant or a parameter.
func (f *finder) ident(n *ast.Ident, stack []ast.Node) {
	if isKey(n, stack) {
		return
	}
	switch object := f.info.Uses[n].(type) {
	case *types.Const:
		f.namedConstant(n, object)
	case *types.Var:
		f.parameter(n, object)
	}
}

// isKey reports whether the node is the key of an element, or the name of a field.
func isKey(n ast.Node, stack []ast.Node) bool {
	if len(stack) == 0 {
		return false
	}
	pair, is := stack[len(stack)-1].(*ast.KeyValueExpr)
	return is && pair.Key == n
}

func (f *finder) namedConstant(n *ast.Ident, object *types.Const) {
	switch {
	case object.Pkg() == nil && (n.Name == "true" || n.Name == "false"):
		f.replace("swap-truth", n, map[string]string{"true": "false", "false": "true"}[n.Name])
	case object.Pkg() != f.pkg || object.Val().Kind() != constant.Int:
	case len(f.siblings(object)) > 1:
		siblings := f.siblings(object)
		at := slices.Index(siblings, object)
		for _, neighbour := range []int{at - 1, at + 1} {
			if neighbour >= 0 && neighbour < len(siblings) {
				f.replace("adjacent-constant", n, siblings[neighbour].Name())
			}
		}
	default:
		f.replace("constant-plus-one", n, "("+n.Name+" + 1)")
		f.replace("constant-minus-one", n, "("+n.Name+" - 1)")
	}
}

// siblings returns the package's constants of the same type in the order of their
// declaration, or nil if the package does not declare the type.
func (f *finder) siblings(object *types.Const) (all []*types.Const) {
	if named, is := object.Type().(*types.Named); !is || named.Obj().Pkg() != f.pkg {
		return nil
	}
	scope := f.pkg.Scope()
	for _, name := range scope.Names() {
		if other, is := scope.Lookup(name).(*types.Const); is && name != "_" && types.Identical(other.Type(), object.Type()) {
			all = append(all, other)
		}
	}
	slices.SortFunc(all, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	return all
}

// parameter records another parameter of the same type.
func (f *finder) parameter(n *ast.Ident, object *types.Var) {
	if len(f.outer) == 0 {
		return
	}
	signature := f.outer[0]
	var alike []string
	at := -1
	add := func(v *types.Var) {
		if v == nil || v.Name() == "" || v.Name() == "_" || !types.Identical(v.Type(), object.Type()) {
			return
		}
		if v == object {
			at = len(alike)
		}
		alike = append(alike, v.Name())
	}
	add(signature.Recv())
	for i := range signature.Params().Len() {
		add(signature.Params().At(i))
	}
	if at >= 0 && len(alike) > 1 {
		f.replace("swap-parameter", n, alike[(at+1)%len(alike)])
	}
}

// selector records the next field of the same type.
func (f *finder) selector(n *ast.SelectorExpr) {
	selection := f.info.Selections[n]
	if selection == nil || selection.Kind() != types.FieldVal || len(selection.Index()) != 1 {
		return
	}
	t := selection.Recv().Underlying()
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem().Underlying()
	}
	fields, is := t.(*types.Struct)
	if !is {
		return
	}
	at := selection.Index()[0]
	for step := 1; step < fields.NumFields(); step++ {
		other := fields.Field((at + step) % fields.NumFields())
		if types.Identical(other.Type(), selection.Type()) && !other.Embedded() {
			f.note("swap-field", n.Sel.Pos(), n.Sel.End(), other.Name(), f.text(n), f.text(n.X)+"."+other.Name())
			return
		}
	}
}

func (f *finder) literal(n *ast.BasicLit, stack []ast.Node) {
	if isKey(n, stack) {
		return
	}
	switch n.Kind {
	case token.INT:
		if value, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			f.replace("constant-plus-one", n, strconv.FormatInt(value+1, 10))
			f.replace("constant-minus-one", n, strconv.FormatInt(value-1, 10))
		}
	case token.CHAR:
		f.replace("swap-character", n, "'\\x01'")
	case token.STRING:
		other := `""`
		if n.Value == other {
			other = `"mutant"`
		}
		f.replace("swap-string", n, other)
	}
}

// calls maps functions and methods to others that are easily confused with them.
var calls = map[string]string{
	"Before": "After", "After": "Before", "min": "max", "max": "min", "Union": "Intersect", "Intersect": "Union",
	"HasPrefix": "HasSuffix", "HasSuffix": "HasPrefix",
}

func (f *finder) call(n *ast.CallExpr) {
	name, _ := n.Fun.(*ast.Ident)
	method, _ := n.Fun.(*ast.SelectorExpr)
	if method != nil {
		name = method.Sel
	}
	if name != nil && calls[name.Name] != "" {
		f.note("swap-call", name.Pos(), name.End(), calls[name.Name], f.text(n), f.between(n.Pos(), name.Pos())+calls[name.Name]+f.between(name.End(), n.End()))
	}
	f.unwrap(n, method)
	if n.Ellipsis.IsValid() {
		return
	}
	if commutes(name) {
		return
	}
	if method != nil && len(n.Args) == 1 && f.alike(method.X, n.Args[0]) {
		f.replace("swap-arguments", n, fmt.Sprintf("(%s).%s(%s)", f.text(n.Args[0]), method.Sel.Name, f.text(method.X)))
	}
	for i := 1; i < len(n.Args); i++ {
		if a, b := n.Args[i-1], n.Args[i]; f.alike(a, b) {
			text := f.text(b) + f.between(a.End(), b.Pos()) + f.text(a)
			f.note("swap-arguments", a.Pos(), b.End(), text, f.text(n), f.between(n.Pos(), a.Pos())+text+f.between(b.End(), n.End()))
		}
	}
}

// orderFree has the functions and methods for which the order of arguments does not matter.
var orderFree = []string{"min", "max", "cross", "later", "Equal", "NewPermissions", "Union", "Intersect"}

func commutes(function *ast.Ident) bool {
	return function != nil && slices.Contains(orderFree, function.Name)
}

// unwrap replaces a call by its argument if both have the same type.
func (f *finder) unwrap(n *ast.CallExpr, method *ast.SelectorExpr) {
	result := f.info.TypeOf(n)
	if result == nil || f.info.Types[n.Fun].IsType() {
		return
	}
	switch {
	case method != nil && len(n.Args) == 0 && f.info.Types[method.X].IsValue() && types.Identical(f.info.TypeOf(method.X), result):
		f.replace("unwrap-call", n, f.text(method.X))
	case len(n.Args) == 1 && !n.Ellipsis.IsValid() && types.Identical(f.info.TypeOf(n.Args[0]), result):
		f.replace("unwrap-call", n, f.text(n.Args[0]))
	}
}

// alike reports whether the values have the same type and different text.
func (f *finder) alike(a, b ast.Expr) bool {
	return f.info.Types[a].IsValue() && f.info.Types[b].IsValue() &&
		types.Identical(f.info.TypeOf(a), f.info.TypeOf(b)) && f.text(a) != f.text(b)
}

// composite records the literal without each of its elements, and with each pair of
// neighbours swapped.
func (f *finder) composite(n *ast.CompositeLit) {
	t := f.info.TypeOf(n).Underlying()
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem().Underlying()
	}
	for i, element := range n.Elts {
		if f.large {
			f.emptied(element)
			continue
		}
		f.dropElement(n, t, i)
		if i > 0 {
			f.swapNeighbours(n.Elts[i-1], element)
		}
	}
}

// dropElement records the literal without its i-th element, unless that is the same value.
func (f *finder) dropElement(n *ast.CompositeLit, t types.Type, i int) {
	_, isStruct := t.(*types.Struct)
	_, isMap := t.(*types.Map)
	padded := isStruct || f.isFixedArray(n, t)
	element := n.Elts[i]
	pair, keyed := element.(*ast.KeyValueExpr)
	switch {
	case keyed && i < len(n.Elts)-1 && !isMap && f.isZero(pair.Value):
		// the value is zero without it too
	case padded && !keyed:
		if !f.isZero(element) {
			f.replace("drop-element", element, f.zero(f.info.TypeOf(element)))
		}
	default:
		f.drop(n, i)
	}
}

// swapNeighbours records the literal with two elements swapped, if both or neither have keys.
func (f *finder) swapNeighbours(first, second ast.Expr) {
	before, firstKeyed := first.(*ast.KeyValueExpr)
	after, secondKeyed := second.(*ast.KeyValueExpr)
	switch {
	case firstKeyed && secondKeyed && f.alike(before.Value, after.Value):
		f.swapElements(before.Value, after.Value)
	case !firstKeyed && !secondKeyed && f.alike(first, second):
		f.swapElements(first, second)
	}
}

// isFixedArray reports whether the literal's type sets its length, so that missing elements are zero.
func (f *finder) isFixedArray(n *ast.CompositeLit, t types.Type) bool {
	_, is := t.(*types.Array)
	if written, ok := n.Type.(*ast.ArrayType); is && ok {
		_, counted := written.Len.(*ast.Ellipsis)
		return !counted
	}
	return is
}

func (f *finder) swapElements(a, b ast.Expr) {
	text := f.text(b) + f.between(a.End(), b.Pos()) + f.text(a)
	f.note("swap-elements", a.Pos(), b.End(), text, f.between(a.Pos(), b.End()), text)
}

// drop records a literal without its i-th element.
func (f *finder) drop(n *ast.CompositeLit, i int) {
	from, to := n.Elts[i].Pos(), n.Rbrace
	switch {
	case i < len(n.Elts)-1:
		to = n.Elts[i+1].Pos()
	case i > 0:
		from, to = n.Elts[i-1].End(), n.Elts[i].End()
	}
	f.note("drop-element", from, to, "", f.text(n.Elts[i]), "")
}

// emptied records a zero element instead of one of a table.
func (f *finder) emptied(expr ast.Expr) {
	if pair, keyed := expr.(*ast.KeyValueExpr); keyed {
		expr = pair.Value
	}
	if f.isZero(expr) {
		return
	}
	t := f.info.TypeOf(expr)
	restore := f.site
	f.site = site{how: element, node: expr, typ: t}
	f.replace("drop-element", expr, f.zero(t))
	f.site = restore
}

// statement records the mutants of a statement.
func (f *finder) statement(n ast.Node, stack []ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.condition(n.Cond)
	case *ast.ForStmt:
		f.condition(n.Cond)
		f.loop(n, n.Body)
	case *ast.RangeStmt:
		f.loop(n, n.Body)
	case *ast.CaseClause:
		f.clause(n, stack)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			f.swapClauses(n.Body.List)
		}
	case *ast.BlockStmt:
		f.swapSteps(n.List)
	case *ast.ReturnStmt:
		f.result(n)
	case *ast.IncDecStmt:
		f.tokens(n, n.TokPos, n.Tok)
		f.remove(n, stack)
	case *ast.AssignStmt:
		f.tokens(n, n.TokPos, n.Tok)
		f.assign(n, stack)
	case *ast.BranchStmt:
		f.tokens(n, n.TokPos, n.Tok)
		f.remove(n, stack)
	case *ast.ExprStmt:
		f.remove(n, stack)
	case *ast.DeferStmt:
		f.remove(n, stack)
	}
}

// remove records the deletion of a statement.
func (f *finder) remove(n ast.Stmt, stack []ast.Node) {
	switch stack[len(stack)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		f.replace("delete-statement", n, "")
	}
}

// assign records the deletion of an assignment, or of one of several.
func (f *finder) assign(n *ast.AssignStmt, stack []ast.Node) {
	if n.Tok == token.DEFINE {
		return
	}
	f.remove(n, stack)
	if len(n.Lhs) < 2 || len(n.Lhs) != len(n.Rhs) {
		return
	}
	for _, left := range n.Lhs {
		f.note("drop-assignment", left.Pos(), left.End(), "_", f.text(n), f.between(n.Pos(), left.Pos())+"_"+f.between(left.End(), n.End()))
	}
}

// loop records a loop that does not run, and one that ends after the first iteration.
func (f *finder) loop(n ast.Stmt, body *ast.BlockStmt) {
	header := f.between(n.Pos(), body.Lbrace+1)
	f.note("delete-loop", body.Lbrace+1, body.Lbrace+1, " break; ", header, header+" break")
	if len(body.List) == 0 {
		return
	}
	switch body.List[len(body.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return // it already ends after the first iteration
	}
	f.note("break-loop", body.Rbrace, body.Rbrace, "\nbreak\n", header, header+" ... break")
}

// clause records the deletion of a case or of one of its values, and for a condition
// true and false.
func (f *finder) clause(n *ast.CaseClause, stack []ast.Node) {
	header := f.between(n.Pos(), n.Colon+1)
	if n.List != nil || len(n.Body) > 0 {
		f.note("delete-case", n.Pos(), n.End(), "", header, "")
	}
	parent, _ := stack[len(stack)-2].(*ast.SwitchStmt)
	for i, expr := range n.List {
		if parent != nil && parent.Tag == nil {
			f.condition(expr)
		}
		if len(n.List) < 2 {
			continue
		}
		from, to := expr.Pos(), expr.End()
		if i+1 < len(n.List) {
			to = n.List[i+1].Pos()
		} else {
			from = n.List[i-1].End()
		}
		f.note("drop-case", from, to, "", header, f.between(n.Pos(), from)+f.between(to, n.Colon+1))
	}
}

// swapClauses records two neighbouring cases of a switch swapped.
func (f *finder) swapClauses(list []ast.Stmt) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1].(*ast.CaseClause), list[i].(*ast.CaseClause)
		if a.List != nil && b.List != nil {
			f.swapStatements("swap-cases", a, b, f.between(a.Pos(), a.Colon+1), f.between(b.Pos(), b.Colon+1))
		}
	}
}

// swapSteps records two neighbouring if statements that return, swapped.
func (f *finder) swapSteps(list []ast.Stmt) {
	for i := 1; i < len(list); i++ {
		a, first := list[i-1].(*ast.IfStmt)
		b, second := list[i].(*ast.IfStmt)
		if first && second && returns(a) && returns(b) {
			f.swapStatements("swap-steps", a, b, f.between(a.Pos(), a.Body.Lbrace), f.between(b.Pos(), b.Body.Lbrace))
		}
	}
}

func returns(n *ast.IfStmt) bool {
	if n.Else != nil || len(n.Body.List) == 0 {
		return false
	}
	_, is := n.Body.List[len(n.Body.List)-1].(*ast.ReturnStmt)
	return is
}

func (f *finder) swapStatements(operator string, a, b ast.Node, first, second string) {
	text := f.text(b) + f.between(a.End(), b.Pos()) + f.text(a)
	f.note(operator, a.Pos(), b.End(), text, first+" "+second, second+" "+first)
}

// result records other return values.
func (f *finder) result(n *ast.ReturnStmt) {
	if len(n.Results) == 0 || len(f.outer) == 0 {
		return
	}
	results := f.outer[len(f.outer)-1].Results()
	if len(n.Results) != results.Len() {
		zeros := make([]string, results.Len())
		for i := range zeros {
			zeros[i] = f.zero(results.At(i).Type())
		}
		f.note("return-zero", n.Results[0].Pos(), n.Results[0].End(), strings.Join(zeros, ", "), f.text(n), "return "+strings.Join(zeros, ", "))
		return
	}
	for i, expr := range n.Results {
		t := results.At(i).Type()
		if isBool(t) {
			f.condition(expr)
			continue
		}
		if zero := f.zero(t); f.text(expr) != zero && !f.isZero(expr) {
			f.replace("return-zero", expr, zero)
		}
	}
}

// isZero reports whether the expression is nil, an empty literal, the empty string, false or the number zero.
func (f *finder) isZero(expr ast.Expr) bool {
	if f.info.Types[expr].IsNil() {
		return true
	}
	if literal, is := expr.(*ast.CompositeLit); is && len(literal.Elts) == 0 {
		switch f.info.TypeOf(literal).Underlying().(type) {
		case *types.Struct, *types.Array:
			return true
		}
	}
	switch value := f.info.Types[expr].Value; {
	case value == nil:
		return false
	case value.Kind() == constant.String:
		return constant.StringVal(value) == ""
	case value.Kind() == constant.Bool:
		return !constant.BoolVal(value)
	default:
		return value.Kind() == constant.Int && constant.Sign(value) == 0
	}
}
