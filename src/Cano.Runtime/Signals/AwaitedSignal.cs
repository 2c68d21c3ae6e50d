using Cano.Kernel;

namespace Cano.Runtime.Signals;

/// <summary>Which entry of an inbox a wait goes on with.</summary>
internal static class AwaitedSignal
{
    /// <summary>The signals that are waited for.</summary>
    public static string[] NamesOf(WaitDefinition wait) => [.. wait.Signals.Select(signal => signal.Name)];

    /// <summary>What a wait goes on with, as it is kept, when this entry is the oldest that its inbox has for
    /// it; null when none has come in time.</summary>
    public static TakenSignal? Taken(WaitDefinition wait, DateTimeOffset? due, InboxItem? found) =>
        found is not { Kind: InboxKind.Signal, Name: { } name }
            ? null
            : Inbox.Oldest(
                wait,
                due,
                [
                    new InboxEntry(
                        new TakenSignal(found.Number, name, found.Id, found.Payload),
                        found.AcceptedAt
                    ),
                ]
            );
}
