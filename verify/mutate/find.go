package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A finder walks a file and records its mutants.
type finder struct {
	*program
	file  string
	where string // the function or variable
	site  site
	large bool               // it is in a large table, whose elements are mutated separately
	outer []*types.Signature // of the enclosing functions, the innermost last
	found []*mutant
}

// mutants returns the mutants of a file, grouped by place.
func (p *program) mutants(file string) []*mutant {
	f := &finder{program: p, file: file}
	for _, decl := range p.files[file].Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			f.function(decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					f.values(decl.Tok, spec)
				case *ast.TypeSpec:
					f.lengths(spec.Name.Name, spec.Type)
				}
			}
		}
	}
	return number(f.found)
}

func (f *finder) function(decl *ast.FuncDecl) {
	if decl.Body == nil {
		return
	}
	signature := f.info.Defs[decl.Name].Type().(*types.Signature)
	f.where = decl.Name.Name
	if decl.Recv != nil {
		f.where = receiverName(decl.Recv.List[0].Type) + "." + f.where
	}
	f.site, f.large = site{how: function, node: decl}, false
	f.outer = []*types.Signature{signature}
	f.walk(decl.Body, decl)
}

// receiverName returns the name of the receiver's type, without star and type parameters.
func receiverName(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return receiverName(expr.X)
	case *ast.IndexExpr:
		return receiverName(expr.X)
	case *ast.IndexListExpr:
		return receiverName(expr.X)
	case *ast.Ident:
		return expr.Name
	}
	return ""
}

// tableSize is the number of bytes from which a variable's value is mutated element by
// element. Copying the whole value for each mutant would take too long to compile.
const tableSize = 2500

func (f *finder) values(tok token.Token, spec *ast.ValueSpec) {
	for i, expr := range spec.Values {
		if len(spec.Names) != len(spec.Values) {
			return // a call with several results has no single type
		}
		f.where = spec.Names[i].Name
		f.outer = nil
		switch object := f.info.Defs[spec.Names[i]]; {
		case tok == token.CONST:
			f.site = site{how: alone, node: expr}
		case f.where == policyTable:
			continue // -policy mutates its cells
		case object == nil:
			continue // the blank variable
		default:
			f.site = site{how: value, node: expr, typ: object.Type()}
		}
		f.large = f.site.how == value && len(f.text(expr)) > tableSize
		f.walk(expr, spec)
		if table, is := expr.(*ast.CompositeLit); is && f.large {
			f.lengths(f.where, table.Type)
		}
	}
}

// lengths walks the lengths of arrays in a type.
func (f *finder) lengths(name string, t ast.Expr) {
	f.where, f.large, f.outer = name, false, nil
	ast.Inspect(t, func(n ast.Node) bool {
		if array, is := n.(*ast.ArrayType); is && array.Len != nil {
			f.site = site{how: alone, node: array.Len}
			f.walk(array.Len, array)
		}
		return true
	})
}

// policyTable is the name of the variable with the permissions of the built-in roles.
const policyTable = "deskTable"

// text returns the source of the node.
func (f *finder) text(n ast.Node) string { return f.between(n.Pos(), n.End()) }

func (f *finder) between(from, to token.Pos) string {
	return string(f.source[f.file][f.offset(from):f.offset(to)])
}

// walk visits the node and its descendants, each with its ancestors.
func (f *finder) walk(node ast.Node, around ...ast.Node) {
	stack := slices.Clone(around)
	ast.Inspect(node, func(n ast.Node) bool {
		if n == nil {
			if _, is := stack[len(stack)-1].(*ast.FuncLit); is {
				f.outer = f.outer[:len(f.outer)-1]
			}
			stack = stack[:len(stack)-1]
			return true
		}
		f.visit(n, stack)
		if literal, is := n.(*ast.FuncLit); is {
			f.outer = append(f.outer, f.info.TypeOf(literal).(*types.Signature))
		}
		stack = append(stack, n)
		return true
	})
}

// visit records the mutants of the node.
func (f *finder) visit(n ast.Node, stack []ast.Node) {
	if f.site.how == alone {
		f.constant(n)
		return
	}
	restore := f.site
	if table, is := n.(*ast.CompositeLit); f.large && is {
		f.composite(table)
		return
	}
	if f.large {
		if f.site = f.elementAround(n, stack); f.site.node == nil {
			f.site = restore
			return
		}
		defer func() { f.site = restore }()
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		f.binary(n, stack)
	case *ast.UnaryExpr:
		f.unary(n)
	case *ast.Ident:
		f.ident(n, stack)
	case *ast.SelectorExpr:
		f.selector(n)
	case *ast.BasicLit:
		f.literal(n, stack)
	case *ast.CallExpr:
		f.call(n)
	case *ast.CompositeLit:
		f.composite(n)
	default:
		f.statement(n, stack)
	}
}

// elementAround returns the innermost element of the table that contains the node: an
// expression in a composite literal that is not a composite literal.
func (f *finder) elementAround(n ast.Node, stack []ast.Node) site {
	all := append(slices.Clone(stack), n)
	for i := len(all) - 1; i > 0; i-- {
		expr, isExpr := all[i].(ast.Expr)
		if !isExpr {
			continue
		}
		if _, is := expr.(*ast.CompositeLit); is {
			continue
		}
		switch parent := all[i-1].(type) {
		case *ast.CompositeLit:
			if _, pair := expr.(*ast.KeyValueExpr); !pair && expr != parent.Type {
				return site{element, expr, f.info.TypeOf(expr)}
			}
		case *ast.KeyValueExpr:
			if expr == parent.Value {
				return site{element, expr, f.info.TypeOf(expr)}
			}
		}
	}
	return site{}
}

// note records a mutant that replaces a part of the source.
func (f *finder) note(operator string, from, to token.Pos, text, before, after string) {
	position := f.fset.Position(from)
	f.found = append(f.found, &mutant{
		key:  key{File: f.file, Func: f.where, Operator: operator, Before: brief(before), After: brief(after)},
		Line: position.Line, Column: position.Column,
		edit: edit{f.offset(from), f.offset(to), text},
		in:   f.site,
	})
}

// replace records a mutant that replaces the node.
func (f *finder) replace(operator string, n ast.Node, text string) {
	f.note(operator, n.Pos(), n.End(), text, f.text(n), text)
}

// swapToken records a mutant with another token in an expression or statement.
func (f *finder) swapToken(operator string, n ast.Node, at token.Pos, from, to token.Token) {
	end := at + token.Pos(len(from.String()))
	f.note(operator, at, end, to.String(), f.text(n), f.between(n.Pos(), at)+to.String()+f.between(end, n.End()))
}

// zero returns an expression for the type's zero value.
func (f *finder) zero(t types.Type) string {
	switch under := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case under.Info()&types.IsBoolean != 0:
			return "false"
		case under.Info()&types.IsNumeric != 0:
			return "0"
		case under.Info()&types.IsString != 0:
			return `""`
		}
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return "nil"
	case *types.Interface:
		if _, parameter := t.(*types.TypeParam); !parameter {
			return "nil"
		}
	}
	return "*new(" + f.typeName(t) + ")"
}

func isBool(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsBoolean != 0
}
