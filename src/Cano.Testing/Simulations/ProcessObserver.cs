using System.Globalization;

namespace Cano.Testing.Simulations;

/// <summary>Puts the hooks that tell more than rows and bodies do into the timeline.</summary>
internal sealed class ProcessObserver(SimulatedWorld world) : IWorkflowObserver
{
    public void OnStateEnter(RunPoint at) => world.Tell("entered", at.State);

    public void OnTaskFailure(RunPoint at, CanoError error) =>
        world.Tell($"{Named(at)}failed: {error}", at.State);

    public void OnRetry(RunPoint at, TimeSpan delay) =>
        world.Tell(
            $"{Named(at)}tries again after {delay.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture)} s",
            at.State
        );

    public void OnCircuitOpen(RunPoint at) => world.Tell($"{Named(at)}circuit open", at.State);

    public void OnResume(RunPoint at, long sequence) => world.Tell("resumed", at.State, row: sequence);

    public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) =>
        world.Tell($"out of time: {elapsed} of {limit}", at.State);

    public void OnCancelled(RunPoint at) => world.Tell("cancelled", at.State);

    public void OnSuspended(RunPoint at) => world.Tell("suspended", at.State);

    public void OnCheckpointClearFailed(RunPoint at, CanoError error) =>
        world.Tell($"not cleared: {error}", at.State);

    private static string Named(RunPoint at) =>
        at.Task.Length == 0 || at.Task == at.State ? "" : $"{at.Task} ";
}
