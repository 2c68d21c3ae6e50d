namespace Cano.Progress.Boards;

/// <summary>How many branches of a state are where.</summary>
internal sealed class BranchCount
{
    public int UnderWay { get; private set; }

    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    public int NotNeeded { get; private set; }

    public bool IsEmpty => UnderWay + Succeeded + Failed + NotNeeded == 0;

    public void Begin() => UnderWay++;

    public void End(bool? succeeded)
    {
        UnderWay--;
        if (succeeded is true)
            Succeeded++;
        else if (succeeded is false)
            Failed++;
        else
            NotNeeded++;
    }

    /// <summary>The run has left: what was under way begins anew when it is gone on with.</summary>
    public void CutOff() => UnderWay = 0;
}
