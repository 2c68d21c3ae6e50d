namespace Cano.Runtime.StoredRuns;

/// <summary>A run that is there cannot be gone on with by this build: a state is gone, or rows or values
/// cannot be read. It is left as it is, and another try comes to the same.</summary>
internal sealed class HeldException(CanoException why) : CanoException(why.Error, why.InnerException);
