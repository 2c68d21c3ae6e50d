using System.Globalization;

namespace Cano;

/// <summary>How far a stepped or stream state has come; nothing on a fresh start.</summary>
/// <param name="HasValue">Whether there is one.</param>
/// <param name="Value">The cursor; the type's default when there is none.</param>
public readonly record struct Cursor<T>(bool HasValue, T? Value)
{
    /// <summary>The cursor, or `initial` on a fresh start.</summary>
    public T Or(T initial) => HasValue ? Value! : initial;

    /// <summary>"Cursor(3)", or "no cursor".</summary>
    public override string ToString() =>
        HasValue ? string.Create(CultureInfo.InvariantCulture, $"Cursor({Value})") : "no cursor";
}
