using System.Globalization;

namespace Cano.Integration;

/// <summary>Cultures that write numbers and dates each in their own way.</summary>
internal static class Cultures
{
    // Minus, decimal point, thousands, date, time: as the platform's data has them, which tests do without.
    private static readonly Dictionary<string, string[]> s_formats = new()
    {
        [""] = ["-", ".", ",", "MM/dd/yyyy", "HH:mm:ss"],
        ["ar-SA"] = ["\u061c-", "\u066b", "\u066c", "d\u200f/M\u200f/yyyy", "h:mm:ss tt"],
        ["de-DE"] = ["-", ",", ".", "dd.MM.yyyy", "HH:mm:ss"],
        ["fa-IR"] = ["\u200e\u2212", "\u066b", "\u066c", "yyyy/M/d", "H:mm:ss"],
        ["sv-SE"] = ["\u2212", ",", "\u00a0", "yyyy-MM-dd", "HH:mm:ss"],
        ["th-TH"] = ["-", ".", ",", "d/M/yyyy", "HH:mm:ss"],
        ["tr-TR"] = ["-", ",", ".", "d.MM.yyyy", "HH:mm:ss"],
    };

    public static TheoryData<string> Names => [.. s_formats.Keys];

    public static CultureInfo Of(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            return Made(s_formats[name]);
        }
    }

    /// <summary>What the work answers under a culture. It changes the culture of nobody else.</summary>
    public static T Within<T>(string name, Func<T> work)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Of(name);
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Made(string[] formats)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = formats[0];
        culture.NumberFormat.NumberDecimalSeparator = formats[1];
        culture.NumberFormat.NumberGroupSeparator = formats[2];
        culture.DateTimeFormat.ShortDatePattern = formats[3];
        culture.DateTimeFormat.LongTimePattern = formats[4];
        return culture;
    }
}
