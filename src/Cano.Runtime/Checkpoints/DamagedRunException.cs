namespace Cano.Runtime.Checkpoints;

/// <summary>The store has answered, and what it gave of a run cannot be read: another try comes to the
/// same.</summary>
internal sealed class DamagedRunException(CanoError error) : CanoException(error)
{
    /// <summary>Whether a failure tells of that.</summary>
    public static bool Is(Exception? thrown) =>
        thrown is DamagedRunException || (thrown is CanoException && Is(thrown.InnerException));
}
