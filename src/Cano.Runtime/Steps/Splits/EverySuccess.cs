using System.Collections;

namespace Cano.Runtime.Steps.Splits;

/// <summary>The successes of a split in which every branch succeeded, each made when it is looked
/// at.</summary>
internal sealed class EverySuccess(string[] names) : IReadOnlyList<BranchSuccess>
{
    public int Count => names.Length;

    public BranchSuccess this[int index] => new(index, names[index]);

    public IEnumerator<BranchSuccess> GetEnumerator()
    {
        for (var i = 0; i < names.Length; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
