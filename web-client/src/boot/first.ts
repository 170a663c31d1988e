// The first script of the page: small, so that questions to the server are on their way while the rest still loads.
import "./account";
