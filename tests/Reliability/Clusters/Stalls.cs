namespace Cano.Reliability.Clusters;

/// <summary>How long this machine lets a process wait that wants to work: others work on it, too.</summary>
internal sealed class Stalls : IDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _over = new();

    public Stalls() => _ = Task.Run(LookAsync);

    public TimeSpan Longest { get; private set; }

    public void Dispose() => _over.Cancel();

    private async Task LookAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var at = TimeProvider.System.GetTimestamp();
            await Task.Delay(s_step, TimeProvider.System);
            var late = TimeProvider.System.GetElapsedTime(at) - s_step;
            if (late > Longest)
                Longest = late;
        }
    }
}
