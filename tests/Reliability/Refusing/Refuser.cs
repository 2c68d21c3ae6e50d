namespace Cano.Reliability.Refusing;

/// <summary>Which calls are refused.</summary>
/// <param name="Number">The number they are refused with.</param>
/// <param name="At">The first of them, from 1.</param>
/// <param name="Times">How many from there on.</param>
/// <param name="Calls">What they do.</param>
internal sealed record Refusal(int Number, int At, int Times, CallKinds Calls);

/// <summary>Has the kernel refuse flushes, locks and writes of this process, the n-th or all.</summary>
internal sealed class Refuser
{
    /// <summary>Begins the line of a child that says why the system lets it refuse nothing.</summary>
    public const string Unavailable = "unavailable: ";

    private readonly Lock _gate = new();
    private readonly List<string> _struck = [];
    private Refusal? _refusal;
    private int _met;

    private Refuser() { }

    /// <summary>The names of the files whose calls were refused since the last beginning.</summary>
    public IReadOnlyList<string> Struck
    {
        get
        {
            lock (_gate)
                return [.. _struck];
        }
    }

    /// <summary>Null, and why, where the system lets no process refuse its own calls.</summary>
    public static Refuser? TryStart(out string why)
    {
        if (KernelFilter.TryInstall(out why) is not { } filter)
            return null;

        var refuser = new Refuser();
        new Thread(() => filter.Serve(refuser.Answer)) { IsBackground = true }.Start();
        return refuser;
    }

    /// <summary>From now on calls are refused as told; none with null.</summary>
    public void Begin(Refusal? refusal)
    {
        lock (_gate)
        {
            (_refusal, _met) = (refusal, 0);
            _struck.Clear();
        }
    }

    private int Answer(FilteredCall call)
    {
        lock (_gate)
        {
            // The platform locks and writes files of its own.
            var isMeant =
                _refusal?.Calls.HasFlag(call.Kind) == true
                && (
                    call.Kind == CallKinds.Flush || call.Name.StartsWith("journal.", StringComparison.Ordinal)
                );
            if (!isMeant || ++_met < _refusal!.At || _met - _refusal.At >= _refusal.Times)
                return 0;

            _struck.Add(call.Name);
            return _refusal.Number;
        }
    }
}

/// <summary>The system lets no process refuse its own calls here.</summary>
internal sealed class UnavailableException(string why) : Exception(why);
