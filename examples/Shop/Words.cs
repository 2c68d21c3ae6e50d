using System.Globalization;
using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>How things are said.</summary>
public static class Words
{
    public static string Of(Order order) =>
        $"{Of(order.Items)}, {Money(Catalogue.PriceOf(order.Items))} by card {Card(order.Card)}, to {order.Address}";

    public static string Of(IEnumerable<Item> items) =>
        string.Join(" and ", items.Select(item => $"{item.Count} {item.Name}"));

    public static string Money(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Its last digits, which are enough to know it by.</summary>
    public static string Card(string number) => $"…{number[^4..]}";

    /// <summary>Where an order or one of its children is.</summary>
    public static string Of(RunInfo run, TimeProvider time) =>
        run switch
        {
            { HasEnded: true } => End(run.Status, run.State, run.Error),
            _ when RunWords.Trouble(run) is { } trouble => trouble,
            { Status: RunStatus.RollingBack } => "goes back",
            { Waiting.Until: { } until } => Waits(run.State, until, time),
            _ => $"in {run.State}",
        };

    public static string Waits(string? state, DateTimeOffset until, TimeProvider time) =>
        $"{state} until {RunWords.At(until, time)}";

    /// <param name="status">What it has come to.</param>
    /// <param name="exit">Where, when it is completed.</param>
    /// <param name="error">Why not. Of an order it is its children's, which tell it themselves.</param>
    public static string End(RunStatus status, string? exit, CanoError? error) =>
        status switch
        {
            RunStatus.Completed => $"{exit}",
            RunStatus.Cancelled => "cancelled",
            RunStatus.RolledBack when error?.Category == "workflow" => "not delivered; all is taken back",
            RunStatus.RolledBack or RunStatus.Failed => $"failed: {Reason(error)}",
            _ => $"{status}: {error?.Message}",
        };

    /// <summary>The engine writes "RefusedException: out of stock"; the reason is what follows.</summary>
    private static string? Reason(CanoError? error)
    {
        var told = $"{nameof(RefusedException)}: ";
        var message = error?.Message;
        return message?.StartsWith(told, StringComparison.Ordinal) is true ? message[told.Length..] : message;
    }
}
