"""What MathJax in Anki, math-core and our layout all show.

Written by tests/support/mathjax/derive.py, which says how; not to be edited.
"""

from typing import Final

ESCAPES: Final = " !#$%&,:;>\\_{|}"
"""Characters that may follow a backslash."""

COMMANDS: Final = frozenset(
    r"""
\And \Bbb \Bbbk \Big \Bigg \Biggl \Biggm \Biggr \Bigl \Bigm \Bigr \Box \Bumpeq \Cap \Coloneq
\Coloneqq \Cup \Delta \Diamond \Doteq \Downarrow \Finv \Game \Gamma \Im \Join \Lambda \Leftarrow
\Leftrightarrow \Lleftarrow \Longleftarrow \Longleftrightarrow \Longrightarrow \Lsh \Omega \Phi
\Pi \Pr \Psi \Re \Rightarrow \Rrightarrow \Rsh \S \Sigma \Subset \Supset \Theta \Uparrow
\Updownarrow \Upsilon \Vdash \Vert \Vvdash \Xi \acute \aleph \alpha \amalg \angle \approx
\approxeq \arccos \arcsin \arctan \arg \ast \asymp \backepsilon \backprime \backsim \backsimeq
\backslash \bar \barwedge \bcancel \because \beta \beth \between \bf \big \bigcap \bigcirc
\bigcup \bigg \biggl \biggm \biggr \bigl \bigm \bigodot \bigoplus \bigotimes \bigr \bigsqcup
\bigstar \bigtimes \bigtriangledown \bigtriangleup \biguplus \bigvee \bigwedge \binom
\blacklozenge \blacksquare \blacktriangle \blacktriangledown \blacktriangleleft
\blacktriangleright \bmod \boldsymbol \bot \bowtie \boxdot \boxed \boxminus \boxplus \boxtimes
\bra \braket \breve \bullet \bumpeq \cal \cancel \cap \cdot \cdotp \cdots \cfrac \check
\checkmark \chi \circ \circeq \circlearrowleft \circlearrowright \circledR \circledS \circledast
\circledcirc \circleddash \clubsuit \colon \coloneq \coloneqq \complement \cong \coprod \cos
\cosh \cot \coth \csc \cup \curlyeqprec \curlyeqsucc \curlyvee \curlywedge \curvearrowleft
\curvearrowright \dagger \daleth \dashleftarrow \dashrightarrow \dashv \dbinom \ddagger \ddddot
\dddot \ddot \ddots \deg \degree \delta \det \dfrac \diagdown \diagup \diamond \diamondsuit
\digamma \dim \displaystyle \div \divideontimes \dot \doteq \doteqdot \dotplus \dots
\doublebarwedge \downarrow \downdownarrows \downharpoonleft \downharpoonright \ell \emptyset
\enspace \epsilon \eqcirc \eqcolon \eqqcolon \eqsim \eqslantgtr \eqslantless \equiv \eta \eth
\exists \exp \fallingdotseq \fbox \flat \forall \frac \frak \frown \gamma \gcd \ge \geq \geqq
\geqslant \gets \gg \ggg \gggtr \gimel \gnapprox \gneq \gneqq \gnsim \grave \gt \gtrapprox
\gtrdot \gtreqless \gtreqqless \gtrless \gtrsim \gvertneqq \hat \hbar \hdashline \heartsuit
\hline \hom \hookleftarrow \hookrightarrow \hphantom \hskip \hslash \hspace \idotsint \iff
\iiiint \iiint \iint \imath \impliedby \implies \in \inf \infty \injlim \int \intercal \iota \it
\jmath \kappa \ker \kern \ket \lVert \lambda \land \langle \lbrace \lbrack \lceil \ldotp \ldots
\le \leadsto \left \leftarrow \leftarrowtail \leftharpoondown \leftharpoonup \leftleftarrows
\leftrightarrow \leftrightarrows \leftrightharpoons \leftrightsquigarrow \leftthreetimes \leq
\leqq \leqslant \lessapprox \lessdot \lesseqgtr \lesseqqgtr \lessgtr \lesssim \lfloor \lg
\lgroup \lhd \lim \liminf \limits \limsup \ll \llcorner \lll \llless \lmoustache \ln \lnapprox
\lneq \lneqq \lnot \lnsim \log \longleftarrow \longleftrightarrow \longmapsto \longrightarrow
\looparrowleft \looparrowright \lor \lozenge \lparen \lrcorner \lt \ltimes \lvert \lvertneqq
\maltese \mapsto \mathbb \mathbf \mathcal \mathchoice \mathfrak \mathinner \mathit \mathring
\mathrm \mathscr \mathsf \mathstrut \mathtt \max \measuredangle \mho \mid \middle \min \mod
\models \mp \mu \multimap \nLeftarrow \nLeftrightarrow \nRightarrow \nVDash \nVdash \nabla
\natural \ncong \ne \nearrow \neg \negmedspace \negthickspace \negthinspace \neq \nexists \ngeq
\ngeqq \ngeqslant \ngtr \ni \nleftarrow \nleftrightarrow \nleq \nleqslant \nless \nmid
\nobreakspace \nolimits \not \notin \nparallel \nprec \npreceq \nrightarrow \nsim \nsubseteq
\nsubseteqq \nsucc \nsucceq \nsupseteq \ntriangleleft \ntrianglelefteq \ntriangleright
\ntrianglerighteq \nu \nvDash \nvdash \nwarrow \odot \oint \omega \omicron \ominus \operatorname
\oplus \oslash \otimes \overbrace \overbracket \overleftarrow \overleftrightarrow \overline
\overparen \overrightarrow \overset \owns \parallel \partial \perp \phantom \phi \pi \pitchfork
\pm \pmod \pod \prec \precapprox \preccurlyeq \preceq \precnapprox \precneqq \precnsim \precsim
\prime \prod \projlim \propto \psi \qquad \quad \rVert \rangle \rbrace \rbrack \rceil
\restriction \rfloor \rgroup \rhd \rho \right \rightarrow \rightarrowtail \rightharpoondown
\rightharpoonup \rightleftarrows \rightleftharpoons \rightrightarrows \rightsquigarrow
\rightthreetimes \risingdotseq \rm \rmoustache \rparen \rtimes \rvert \scriptscriptstyle
\scriptstyle \searrow \sec \setminus \sf \sharp \sigma \sim \simeq \sin \sinh \smile \space
\spadesuit \sphericalangle \sqcap \sqcup \sqrt \sqsubset \sqsubseteq \sqsupset \sqsupseteq
\square \stackrel \star \subset \subseteq \subseteqq \subsetneq \subsetneqq \succ \succapprox
\succcurlyeq \succeq \succnapprox \succneqq \succnsim \succsim \sum \sup \supset \supseteq
\supseteqq \supsetneq \supsetneqq \surd \swarrow \tan \tanh \tau \tbinom \text \textbf \textit
\textrm \textsf \textstyle \texttt \tfrac \therefore \theta \thinspace \tilde \times \to \top
\triangle \triangledown \triangleleft \trianglelefteq \triangleq \triangleright \trianglerighteq
\twoheadleftarrow \twoheadrightarrow \ulcorner \underbrace \underbracket \underleftarrow
\underleftrightarrow \underline \underparen \underrightarrow \underset \unlhd \unrhd \uparrow
\updownarrow \upharpoonleft \upharpoonright \uplus \upsilon \upuparrows \urcorner \vDash
\varDelta \varGamma \varLambda \varOmega \varPhi \varPi \varPsi \varSigma \varTheta \varUpsilon
\varXi \varepsilon \varkappa \varnothing \varphi \varpi \varrho \varsigma \varsubsetneq
\varsubsetneqq \varsupsetneq \varsupsetneqq \vartheta \vartriangle \vartriangleleft
\vartriangleright \vdash \vdots \vec \vee \veebar \vert \vphantom \wedge \widehat \widetilde \wp
\wr \xLeftarrow \xLeftrightarrow \xRightarrow \xcancel \xhookleftarrow \xhookrightarrow \xi
\xleftarrow \xleftharpoondown \xleftharpoonup \xleftrightarrow \xleftrightharpoons \xlongequal
\xmapsto \xrightarrow \xrightharpoondown \xrightharpoonup \xrightleftharpoons \xtofrom
\xtwoheadleftarrow \xtwoheadrightarrow \yen \zeta
""".split()
)

ARGUMENTS: Final = frozenset(
    r"""
\Bbb \acute \bar \bcancel \binom \boldsymbol \boxed \bra \braket \breve \cancel \cfrac \check
\dbinom \ddddot \dddot \ddot \dfrac \dot \fbox \frac \grave \hat \hphantom \ket \mathbb \mathbf
\mathcal \mathfrak \mathinner \mathit \mathring \mathrm \mathscr \mathsf \mathtt \mod
\operatorname \overbrace \overbracket \overleftarrow \overleftrightarrow \overline \overparen
\overrightarrow \overset \phantom \pmod \pod \sqrt \stackrel \tbinom \text \textbf \textit
\textrm \textsf \texttt \tfrac \tilde \underbrace \underbracket \underleftarrow
\underleftrightarrow \underline \underparen \underrightarrow \underset \vec \vphantom \widehat
\widetilde \xLeftarrow \xLeftrightarrow \xRightarrow \xcancel \xhookleftarrow \xhookrightarrow
\xleftarrow \xleftharpoondown \xleftharpoonup \xleftrightarrow \xleftrightharpoons \xlongequal
\xmapsto \xrightarrow \xrightharpoondown \xrightharpoonup \xrightleftharpoons \xtofrom
\xtwoheadleftarrow \xtwoheadrightarrow
""".split()
)
"""Commands that mean nothing without what follows them."""

STRETCHED: Final = frozenset(
    r"""
( ) [ ] | / . \Downarrow \Uparrow \Updownarrow \Vert \backslash \lVert \langle \lbrace \lbrack
\lceil \lfloor \lgroup \llcorner \lmoustache \lparen \lrcorner \lvert \rVert \rangle \rbrace
\rbrack \rceil \rfloor \rgroup \rmoustache \rparen \rvert \ulcorner \updownarrow \urcorner \vert
\{ \| \}
""".split()
)
"""Brackets that may follow left and right."""

MIDDLE: Final = frozenset(
    r"""
( ) | / \Downarrow \Uparrow \Updownarrow \Vert \backslash \lVert \langle \lbrace \lbrack \lceil
\lfloor \lgroup \llcorner \lmoustache \lparen \lrcorner \lvert \rVert \rangle \rbrace \rbrack
\rceil \rfloor \rgroup \rmoustache \rparen \rvert \ulcorner \updownarrow \urcorner \vert \{ \|
\}
""".split()
)

BIG: Final = frozenset(
    r"""
( ) [ ] | / \{ \| \}
""".split()
)
"""Brackets that may follow big and its like."""

ENVIRONMENTS: Final = frozenset(
    """
Bmatrix Vmatrix align align* aligned array bmatrix cases equation equation* gather gather*
gathered matrix multline multline* pmatrix vmatrix
""".split()
)
