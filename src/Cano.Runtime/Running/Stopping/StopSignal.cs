namespace Cano;

/// <summary>Tells work to stop. What a callback throws that a body registered on its token is no failure of whoever
/// sends the signal: it goes where .NET tells of exceptions that nobody observes.</summary>
internal static class StopSignal
{
    /// <summary>Signals at once, on this thread.</summary>
    public static void Send(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException thrown)
        {
            _ = Task.FromException(thrown);
        }
    }

    /// <summary>Signals at once; the callbacks run elsewhere.</summary>
    public static async Task SendAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException thrown)
        {
            _ = Task.FromException(thrown);
        }
    }
}
