package strictjson

import "encoding"

// AsText returns the string decoded with UnmarshalText. If that fails, the value is refused.
func AsText[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](v *Value) T {
	return As(v, func(text string) (T, error) {
		var read T
		err := P(&read).UnmarshalText([]byte(text))
		return read, err
	})
}
