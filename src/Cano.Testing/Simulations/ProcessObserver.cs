using System.Globalization;

namespace Cano.Testing.Simulations;

/// <summary>Puts the hooks that tell more than rows and bodies do into the timeline.</summary>
internal sealed class ProcessObserver(SimulatedWorld world) : IWorkflowObserver
{
    public void OnStateEnter(RunPoint at) => world.Tell("entered", At(at));

    public void OnTaskFailure(RunPoint at, CanoError error) =>
        world.Tell($"{Named(at)}failed: {error}", At(at));

    public void OnRetry(RunPoint at, TimeSpan delay) =>
        world.Tell(
            $"{Named(at)}tries again after {delay.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture)} s",
            At(at)
        );

    public void OnCircuitOpen(RunPoint at) => world.Tell($"{Named(at)}circuit open", At(at));

    public void OnResume(RunPoint at, long sequence) => world.Tell("resumed", At(at), row: sequence);

    public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) =>
        world.Tell($"out of time: {elapsed} of {limit}", At(at));

    public void OnCancelled(RunPoint at) => world.Tell("cancelled", At(at));

    public void OnSuspended(RunPoint at) => world.Tell("suspended", At(at));

    public void OnCheckpointClearFailed(RunPoint at, CanoError error) =>
        world.Tell($"not cleared: {error}", At(at));

    private static Place At(RunPoint at) => new(at.RunId ?? "", at.State);

    private static string Named(RunPoint at) =>
        at.Task.Length == 0 || at.Task == at.State ? "" : $"{at.Task} ";
}
