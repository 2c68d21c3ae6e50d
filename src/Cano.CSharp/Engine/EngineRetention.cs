using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

/// <summary>Forgets ended runs whose time is over, although no other run ends meanwhile.</summary>
/// <param name="runs">The engine's runs.</param>
internal sealed partial class EngineRetention(EngineRuns runs)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _closed = new();

    /// <summary>Looks once a minute, until it is closed.</summary>
    public void Begin() => runs.Later(LookAsync);

    public void Close() => _closed.Cancel();

    private async Task LookAsync()
    {
        while (true)
        {
            await Delay.ForAsync(s_pause, runs.BackgroundTime, _closed.Token).ConfigureAwait(false);
            if (_closed.IsCancellationRequested)
                return;
            foreach (var workflow in runs.Workflows.All)
                // A number is too high only when another run ends.
                if (workflow.Retention.Age is not null)
                    await ForgetAsync(workflow).ConfigureAwait(false);
        }
    }

    private async Task ForgetAsync(EngineWorkflow workflow)
    {
        try
        {
            var now = runs.BackgroundTime.GetUtcNow();
            await EndedRuns
                .ClearSurplusAsync(runs.Store.Now, workflow.Name, workflow.Retention, now)
                .ConfigureAwait(false);
        }
        // The next look, or the next end, forgets them.
        catch (Exception thrown)
        {
            LogNotForgotten(runs.Basis.Logger, workflow.Name, thrown);
        }
    }

    [LoggerMessage(
        302,
        LogLevel.Warning,
        "Ended runs of workflow {Workflow} could not be forgotten; it is tried again"
    )]
    private static partial void LogNotForgotten(ILogger logger, string workflow, Exception exception);
}
