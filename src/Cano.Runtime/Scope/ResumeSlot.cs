namespace Cano.Runtime.Scope;

/// <summary>A place among the runs that are being resumed at once. A run that sleeps until an instant gives
/// its place to another, so that sleepers hold nobody up.</summary>
/// <param name="places">What it takes to work.</param>
/// <param name="working">Counts it while it works, or waits for a place.</param>
internal sealed class ResumeSlot(RunPlaces places, WorkingRuns? working = null)
{
    private readonly TaskCompletionSource _rests = new();

    /// <summary>The run sleeps for the first time, or has ended. Who awaits it is on the run's stack then,
    /// and takes a turn of its own.</summary>
    public Task Rests => _rests.Task;

    public Task TakeAsync()
    {
        working?.Enter();
        return places.TakeAsync();
    }

    public void Give()
    {
        places.Give();
        _rests.TrySetResult();
        working?.Leave();
    }
}
