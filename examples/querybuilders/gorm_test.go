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

// gorm returns gorm on the desk: in SQLite without a driver of gorm's own, whose
// official one needs cgo.
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

// Gorm adds parentheses where it finds " OR " between spaces, and so not where
// the text is broken into lines.
func TestGormLines(t *testing.T) {
	const lines = "group_id = ?\nOR assignee_id = ?"
	everywhere(t, func(t *testing.T, d desk) {
		db := d.gorm(t).Where("account_id = ?", "acme").Where("status = ?", "open").Session(&gorm.Session{})
		leaks(t, riya)(gormIDs(db.Where(lines, bareArgs...)))
		selects(t)(gormIDs(db.Where(bare, bareArgs...)))
		selects(t)(gormIDs(db.Scopes(GormVisible(d.visibleTo(t, riya)))))
	})
}

// An Or beside a scope is beside all of it. What the host asks for goes into one
// Where, or is asked of a table that has nothing else than what may be seen.
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

// To gorm an empty text is no condition. A fragment is never empty: who may see
// nothing has one that nothing meets.
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
