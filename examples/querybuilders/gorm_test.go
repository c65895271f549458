package querybuilders

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
	gormtests "gorm.io/gorm/utils/tests"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// gorm returns gorm on the desk. In SQLite it does not use gorm's official driver,
// which needs cgo.
func (d desk) gorm(t *testing.T) *gorm.DB {
	dialector, config := gorm.Dialector(gormtests.DummyDialector{}), gorm.Config{ConnPool: d.DB}
	if d.dialect == sqlfilter.PostgreSQL {
		dialector, config = gormpostgres.New(gormpostgres.Config{Conn: d.DB}), gorm.Config{}
	}
	db, err := gorm.Open(dialector, &config)
	require.NoError(t, err)
	return db.Model(&Ticket{}).Order("updated_at DESC, id DESC").Session(&gorm.Session{})
}

// gormIDs runs the query.
func gormIDs(db *gorm.DB) (list []int64, err error) { return list, db.Pluck("id", &list).Error }

func TestGorm(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		db := d.gorm(t).Session(&gorm.Session{NewDB: true})
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return Gorm(ctx, db, visible)
		})
	})
}

// Gorm adds parentheses around text with " OR " between spaces, but not if OR is next
// to a line break.
func TestGormLines(t *testing.T) {
	const lines = "group_id = ?\nOR assignee_id = ?"
	everywhere(t, func(t *testing.T, d desk) {
		db := d.gorm(t).Where("account_id = ?", "acme").Where("status = ?", "open").Session(&gorm.Session{})
		leaks(t, riya)(gormIDs(db.Where(lines, bareArgs...)))
		selects(t)(gormIDs(db.Where(bare, bareArgs...)))
		selects(t)(gormIDs(db.Scopes(GormVisible(d.visibleTo(t, riya)))))
	})
}

// An Or after a scope is an alternative to all of it. The query's own conditions go
// into one Where, or apply to a table of only the visible tickets.
func TestGormScopeAndOr(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		db, scope := d.gorm(t), GormVisible(d.visibleTo(t, riya))
		leaks(t, riya)(gormIDs(db.Scopes(scope).Where("status = ?", "open").Or("status = ?", "pending")))

		unsolved := db.Session(&gorm.Session{NewDB: true}).Where("status = ?", "open").Or("status = ?", "pending")
		list, err := gormIDs(db.Scopes(scope).Where(unsolved))
		require.NoError(t, err)
		assert.Equal(t, matching(riya, "open", "pending"), list)

		seen := d.gorm(t).Session(&gorm.Session{NewDB: true}).Model(&Ticket{}).Scopes(scope)
		list, err = gormIDs(db.Table("(?) AS tickets", seen).Where("status = ?", "open").Or("status = ?", "pending"))
		require.NoError(t, err)
		assert.Equal(t, matching(riya, "open", "pending"), list)
	})
}

// Gorm ignores an empty condition. A fragment is never empty: for a subject that sees
// nothing, it is a condition that no row meets.
func TestGormEmpty(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		db := d.gorm(t)
		leaks(t, idle)(gormIDs(db.Where("")))
		for _, nothing := range []sqlfilter.Fragment{{}, d.visibleTo(t, idle)} {
			list, err := gormIDs(db.Scopes(GormVisible(nothing)))
			require.NoError(t, err)
			assert.Empty(t, list)
		}
	})
}
