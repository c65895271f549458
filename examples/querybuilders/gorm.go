package querybuilders

import (
	"context"

	"gorm.io/gorm"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A Ticket is a row of the desk's tickets, for gorm.
type Ticket struct {
	ID     int64
	Status string
}

// GormVisible returns the fragment as a scope.
func GormVisible(visible sqlfilter.Fragment) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		text, args, _ := visible.ToSql()
		return db.Where(text, args...)
	}
}

// Gorm lists the tickets with gorm.
func Gorm(ctx context.Context, db *gorm.DB, visible sqlfilter.Fragment) (list []int64, err error) {
	err = db.WithContext(ctx).Model(&Ticket{}).
		Scopes(GormVisible(visible)).
		Where("status = ?", "open").
		Order("updated_at DESC, id DESC").
		Pluck("id", &list).Error
	return list, err
}
