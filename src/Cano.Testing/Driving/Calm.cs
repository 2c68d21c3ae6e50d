namespace Cano.Testing.Driving;

/// <summary>When a virtual clock may move: when nothing works any more.</summary>
/// <remarks>Not all work is counted. What completes just as it is awaited goes on in the pool by itself, and
/// so does a delay that is cancelled; so calm has to last.</remarks>
internal sealed class Calm(VirtualWork work)
{
    private const int Turns = 3;

    /// <summary>So often it lasts some real time too: what goes on for the first time has to be
    /// compiled.</summary>
    private const int SettlesMax = 8;

    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a body that was told to stop is given, in real time, to hear of it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private int _begunBefore;
    private int _settled;

    /// <summary>Completes when nothing is under way but what waits, nothing has begun for some turns of the
    /// pool, and whoever was told to stop has had time to hear of it.</summary>
    public async Task ComeAsync(CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < Turns; turn++)
        {
            await work.NothingCountedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var begun = work.BegunCount;
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            // Who was interrupted by the system while it went on has its turn too.
            Thread.Yield();
            if (
                work.IsBusy
                || work.BegunCount != begun
                || await ToldIsHeardAsync(begun).ConfigureAwait(false)
                || await SettlesAsync(begun).ConfigureAwait(false)
            )
                turn = -1;
        }
    }

    /// <summary>Waits for a body that was told to stop to go on. One that does not in time is stubborn: it
    /// takes no notice of its token, or has gone to sleep again. False when nobody has to be waited
    /// for.</summary>
    private async Task<bool> ToldIsHeardAsync(int begun)
    {
        if (work.Told is not { } told)
            return false;
        var goesOn = work.BegunAsync();
        if (work.BegunCount != begun)
            return true;
        await goesOn.WaitAsync(s_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        told.IsStubborn = !goesOn.IsCompleted;
        return true;
    }

    /// <summary>Waits a moment when something was under way since the clock last moved. False when nothing
    /// was, or has been waited for often enough.</summary>
    private async Task<bool> SettlesAsync(int begun)
    {
        if (begun == _begunBefore || _settled == SettlesMax)
            return false;
        _begunBefore = begun;
        _settled++;
        await Task.Delay(s_settle, TimeProvider.System).ConfigureAwait(false);
        return true;
    }
}
