using System.Globalization;

namespace Cano.Examples.Terminal;

/// <summary>What is said alike of the runs of every desk.</summary>
public static class RunWords
{
    /// <summary>Why a run waits for a person to look at it, whatever it is about; null when it does
    /// not.</summary>
    public static string? Trouble(RunInfo run) =>
        run switch
        {
            { Damage: { } damage } => $"damaged: {damage.ReplaceLineEndings(" ")}",
            { Held: { } reason } => $"held back: {reason.ReplaceLineEndings(" ")}",
            { Status: RunStatus.Quarantined } =>
                $"set aside in {run.State}: the program died there three times; see `retry`",
            _ => null,
        };

    /// <summary>An instant of today without its day.</summary>
    public static string At(DateTimeOffset instant, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(instant, time.LocalTimeZone);
        var format = local.Date == time.GetLocalNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }
}
