using static System.FormattableString;

namespace Cano;

/// <summary>How far a body is.</summary>
/// <param name="Done">How much is done; from 0 to 1 when there is neither a total nor a unit.</param>
/// <param name="Total">How much there is to do; null when it is not known.</param>
/// <param name="Unit">What is counted; null when it was not said.</param>
public sealed record RunProgress(double Done, double? Total, string? Unit)
{
    /// <summary>"3 of 8 files", or "40 %".</summary>
    public override string ToString()
    {
        if (Total is null && Unit is null)
            return Invariant($"{Done * 100:0} %");
        var counted = Total is { } total ? Invariant($"{Done} of {total}") : Invariant($"{Done}");
        return Unit is null ? counted : $"{counted} {Unit}";
    }
}
