using System.Globalization;

namespace Cano.Examples.Expenses;

/// <summary>How things are said.</summary>
public static class Words
{
    public static string Of(Expense expense) => $"{Money(expense.Amount)} for {expense.What}";

    public static string Money(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Where an expense is.</summary>
    public static string Of(RunInfo run, TimeProvider time) =>
        run switch
        {
            { HasEnded: true } => End(run.Status, run.Error),
            { Waiting: { } wait } => Waits(run.State, wait, time),
            _ => $"{run.Status} in {run.State}",
        };

    public static string Waits(string? state, RunWait wait, TimeProvider time) =>
        wait.Until is { } until ? $"waits in {state} until {At(until, time)}" : $"waits in {state}";

    public static string End(RunStatus status, CanoError? error) =>
        status switch
        {
            RunStatus.Completed => "paid",
            RunStatus.Cancelled => "cancelled",
            RunStatus.RolledBack => $"not paid: {Reason(error)}",
            _ => $"{status}: {error?.Message}",
        };

    /// <summary>The engine writes "NotPaidException: cem refused"; the reason is what follows.</summary>
    private static string? Reason(CanoError? error) =>
        error?.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>An instant of today without its day.</summary>
    private static string At(DateTimeOffset instant, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(instant, time.LocalTimeZone);
        var format = local.Date == time.GetLocalNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }
}
