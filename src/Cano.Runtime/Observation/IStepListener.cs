using Cano.Kernel;

namespace Cano.Runtime.Observation;

/// <summary>Hears every decision of the kernel about a run, as data: for checks that compare them.</summary>
internal interface IStepListener
{
    void Stepped(string runId, Plan plan, in Run before, RunEvent happened, in Transition transition);
}
