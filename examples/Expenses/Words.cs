using System.Globalization;
using Cano.Examples.Terminal;

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
            _ when RunWords.Trouble(run) is { } trouble => trouble,
            { Status: RunStatus.RollingBack } => "goes back",
            { Waiting: { } wait } => Waits(run.State, wait, time),
            _ => $"under way in {run.State}",
        };

    public static string Waits(string? state, RunWait wait, TimeProvider time) =>
        wait.Until is { } until ? $"waits in {state} until {RunWords.At(until, time)}" : $"waits in {state}";

    public static string End(RunStatus status, CanoError? error) =>
        status switch
        {
            RunStatus.Completed => "paid",
            RunStatus.Cancelled => "cancelled",
            RunStatus.RolledBack => $"not paid: {Reason(error)}",
            RunStatus.RollbackFailed => $"could not go back, see `retry`: {error?.Message}",
            _ => $"{status}: {error?.Message}",
        };

    /// <summary>The engine writes "NotPaidException: cem refused"; the reason is what follows.</summary>
    private static string? Reason(CanoError? error) =>
        error?.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
}
