namespace Cano.Kernel

open Cano

/// Which kind of step answers what. The only place where kinds are told apart.
[<RequireQualifiedAccess>]
module Steps =

    /// What the kind of this step answers.
    [<CompiledName "Traits">]
    let traits (step: StepKind) : StepTraits =
        match step with
        | StepKind.Single policy -> SingleStep.traits policy
        | StepKind.Pure policy -> PureStep.traits policy
        | StepKind.Router policy -> RouterStep.traits policy
        | StepKind.Timer policy -> TimerStep.traits policy
        | StepKind.Compensatable(policy, undo) -> CompensatableStep.traits policy undo
        | StepKind.Stepped policy -> SteppedStep.traits policy
        | StepKind.Stream policy -> StreamStep.traits policy
        | StepKind.Split split -> SplitStep.traits split
        | StepKind.Wait wait -> WaitStep.traits wait
        | StepKind.Children children -> ChildrenStep.traits children

    let private undeclared: Ways = { Edges = []; AreAll = false }

    /// The declared ways out of a state whose step answers this.
    let internal waysOf (traits: StepTraits) (state: StateDefinition) : Ways =
        match traits.Ways with
        | null ->
            match state.To with
            | null -> undeclared
            | targets -> {
                Edges = [
                    for target in targets do
                        { Next = target; Text = "" }
                ]
                AreAll = true
              }
        | own -> own

    /// The declared ways out of a state.
    [<CompiledName "Ways">]
    let ways (state: StateDefinition) : Ways = waysOf (traits state.Step) state
