namespace Cano.Progress.Boards;

/// <summary>How fast a count rises: by what was counted in the last so many seconds before its last
/// change.</summary>
internal sealed class ItemRate
{
    private const int SamplesMax = 100;

    private readonly Queue<(long At, double Done)> _samples = new();
    private (long At, double Done) _last;

    /// <param name="done">The count. One that falls begins anew.</param>
    /// <param name="now">The clock's timestamp.</param>
    public void Add(double done, long now)
    {
        if (done < _last.Done)
            _samples.Clear();
        _last = (now, done);
        _samples.Enqueue(_last);
        // Reports are thinned to ten a second: these are of ten seconds, and of more where they are rare.
        if (_samples.Count > SamplesMax)
            _samples.Dequeue();
    }

    /// <summary>How much a second; null while it is not known.</summary>
    public double? PerSecond(TimeProvider time)
    {
        if (!_samples.TryPeek(out var first) || _last.At <= first.At || _last.Done <= first.Done)
            return null;
        return (_last.Done - first.Done) / time.GetElapsedTime(first.At, _last.At).TotalSeconds;
    }

    /// <summary>How long the rest takes at this rate, from now; null when that is not known, or the time is
    /// up.</summary>
    public TimeSpan? Left(double total, long now, TimeProvider time)
    {
        if (PerSecond(time) is not { } rate || !double.IsFinite(total))
            return null;
        var seconds = (total - _last.Done) / rate - time.GetElapsedTime(_last.At, now).TotalSeconds;
        return seconds > 0 && seconds < TimeSpan.FromDays(1000).TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
