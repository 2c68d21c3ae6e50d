using System.Globalization;

namespace Cano.Runtime.Data;

/// <summary>Text of a user's object that is alike in every culture.</summary>
internal static class InvariantText
{
    public static string? Of(object value) =>
        value switch
        {
            string text => text,
            // A number of the platform's is told the culture: setting one for a while is dear.
            IFormattable number when value.GetType().IsPrimitive => number.ToString(
                null,
                CultureInfo.InvariantCulture
            ),
            _ => TellAsync(value).GetAwaiter().GetResult(),
        };

    // Nothing is awaited: what an async method does to the culture is gone when it returns, the caller's is
    // as it was, set or not.
    private static async ValueTask<string?> TellAsync(object value)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        await Task.CompletedTask.ConfigureAwait(false);
        return value.ToString();
    }
}
