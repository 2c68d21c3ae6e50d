namespace Cano.Runtime.Time;

/// <summary>A clock that need not be looked at each minute, for no machine sleeps beneath it.</summary>
internal interface IUnhurriedTime
{
    /// <summary>After how long to look again at the wall clock that should show an instant in `left`; above
    /// zero.</summary>
    TimeSpan Look(TimeSpan left);
}
