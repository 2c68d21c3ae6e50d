namespace Cano.Properties

open Cano
open Cano.Kernel
open Expecto
open global.Xunit

/// How each kind of step is drawn.
type DiagramExamples() =
    static let drawn =
        let policy = Definitions.noRetry

        testList "drawn" [
            for step, label, shape in
                [
                    StepKind.Single policy, "S", "box"
                    StepKind.Router policy, "S (router)", "diamond"
                    StepKind.Timer policy, "S (timer)", "circle"
                    StepKind.Compensatable(policy, TaskPolicy.Once), "S (compensatable)", "box"
                    StepKind.Stepped policy, "S (stepped)", "box"
                    StepKind.Stream policy, "S (stream)", "box"
                ] do
                test $"{label} as a {shape}" {
                    let definition = Definitions.workflow [ Definitions.state "S" step ] [ "Done" ]

                    let mermaid, dot = Diagram.mermaid definition, Diagram.dot definition
                    Assert.Contains($"state \"{label}\" as s0", mermaid)
                    Assert.Contains($"\"S\" [shape={shape}, label=\"{label}\"];", dot)
                    Law.equal step.IsCompensatable (mermaid.Contains "undone by STask")
                    Law.equal step.IsCompensatable (dot.Contains "label=\"undo\"")
                }
        ]

    static member Drawn = Examples.rows drawn

    [<Theory; MemberData("Drawn")>]
    member _.``every kind of step has its label, and a compensatable one its undoing``
        (example: Example)
        =
        Examples.run drawn example
