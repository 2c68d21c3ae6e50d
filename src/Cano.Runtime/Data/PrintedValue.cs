using System.Globalization;

namespace Cano.Runtime.Data;

/// <summary>A value as F# prints it within another one: numbers, texts and the like alone.</summary>
internal static class PrintedValue
{
    public static bool TryRead(string text, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            if (text is not ['"', .., '"'])
                return false;
            value = text[1..^1];
            return true;
        }

        if (type == typeof(Guid) && Guid.TryParse(text, out var id))
            value = id;
        else if (type == typeof(bool) && bool.TryParse(text, out var truth))
            value = truth;
        else if (type == typeof(int) && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
            value = number;
        else if (
            type == typeof(long)
            && text.EndsWith('L')
            && long.TryParse(text[..^1], CultureInfo.InvariantCulture, out var large)
        )
            value = large;
        return value is not null;
    }
}
