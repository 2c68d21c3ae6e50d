using Cano.Reliability.Journals;

namespace Cano.Reliability.Damages;

/// <summary>Counts verdicts.</summary>
internal sealed class DamageTally
{
    private readonly int[] _counts = new int[Enum.GetValues<DamageVerdict>().Length];

    public void Add(DamageVerdict verdict) => _counts[(int)verdict]++;

    public override string ToString() =>
        $"{_counts[(int)DamageVerdict.Reported]:N0} reported, {_counts[(int)DamageVerdict.Refused]:N0} refused, "
        + $"{_counts[(int)DamageVerdict.Harmless]:N0} harmless, 0 silent";
}
