using Cano.Kernel;

namespace Cano;

/// <summary>How failures slow a flow down: it waits `Initial`, then longer with each further failure in a
/// row, up to `Max`; after so many it may trip.</summary>
/// <remarks>It lives here and not in the kernel, because an F# record offers no object initialiser and no
/// `with` to C#.</remarks>
/// <exception cref="ArgumentOutOfRangeException">A figure is outside its range, when it is given.</exception>
public sealed record BackoffPolicy
{
    /// <summary>The wait after the first failure, not negative; 1 s unless given.</summary>
    public TimeSpan Initial
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Initial));
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <summary>How the wait grows with each further failure in a row, a number above 0; 2 unless
    /// given.</summary>
    public double Multiplier
    {
        get;
        init
        {
            if (!double.IsFinite(value) || value <= 0)
                throw new ArgumentOutOfRangeException(
                    nameof(Multiplier),
                    value,
                    "A multiplier is a number above 0."
                );
            field = value;
        }
    } = 2;

    /// <summary>The longest wait, jitter included, not negative; 5 minutes unless given.</summary>
    public TimeSpan Max
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Max));
            field = value;
        }
    } = TimeSpan.FromSeconds(300);

    /// <summary>The part of itself by which a wait varies in both directions, 0 to 1; a tenth unless
    /// given.</summary>
    public double Jitter
    {
        get;
        init
        {
            if (!(value is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(
                    nameof(Jitter),
                    value,
                    "A jitter is a part of one: 0 to 1."
                );
            field = value;
        }
    } = 0.1;

    /// <summary>After so many failures in a row, not negative, the flow is not started until it is reset; 0
    /// trips at the first failure, null, which is the default, never.</summary>
    public int? TripAfter
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.GetValueOrDefault(), nameof(TripAfter));
            field = value;
        }
    }

    /// <summary>What it says, in order: "1 s, times 2 up to 5 min, jitter 0.1, trips after 3".</summary>
    public override string ToString()
    {
        var growth = $"{Words.Span(Initial)}, times {Words.Number(Multiplier)} up to {Words.Span(Max)}";
        var waits = $"{growth}, jitter {Words.Number(Jitter)}";
        return TripAfter is { } failures ? $"{waits}, trips after {failures}" : waits;
    }

    internal BackoffRule Rule => new(Initial, Multiplier, Max, Jitter, TripAfter);
}
